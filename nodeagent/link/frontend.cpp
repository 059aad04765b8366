// Each route in one line; what they share: JSON both ways, and errors of the front-end as errors of ours.
#include "nodeagent/link/frontend.hpp"

#include "common/text/encoding.hpp"
#include "common/wire/headers.hpp"
#include "nodeagent/link/neighbours.hpp"

#include <utility>

namespace onenode {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
namespace http = one::http;
namespace wire = one::wire;

constexpr milliseconds quick{15'000};
constexpr milliseconds with_oned{60'000};        // the front-end asks oned, its signer, or logs in here
constexpr milliseconds with_probes{175'000};     // rsync and every probe; the server gives up at 180 s
constexpr milliseconds beyond_the_wait{15'000};  // what a long poll may take on top of the wait it asked for

struct Call {
    std::string_view doing;  // for errors
    std::string_view method = "POST";
    std::string target{};
    milliseconds limit = quick;
};

http::Request to_request(const Call& call, std::string body)
{
    http::Request request{.method = std::string{call.method}, .target = call.target, .body = std::move(body)};
    request.headers.emplace_back("Accept", "application/json");
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    return request;
}

one::ErrorKind kind_of(int status)
{
    switch (status) {
    case 401:
    case 403: return one::ErrorKind::denied;
    case 404: return one::ErrorKind::not_found;
    case 409: return one::ErrorKind::conflict;
    case 408:
    case 504: return one::ErrorKind::timeout;
    case 429:
    case 503: return one::ErrorKind::busy;
    default: return status < 500 ? one::ErrorKind::invalid : one::ErrorKind::internal;
    }
}

one::Error error_of(const http::Response& response, const Call& call)
{
    const auto told = wire::from_json<wire::ApiError>(response.body);
    const bool come_again = response.status == 503 && !response.header("Retry-After").empty();
    if (!told)
        return {
            .kind = kind_of(response.status),
            .thing = "the front-end",
            .reason = "it answered " + call.target + " with HTTP " + std::to_string(response.status) + " and no reason",
            .next = "look at the log of `onefrontend serve`; compare versions: onenode version, onefrontend version",
            .doing = "ask"};
    return {.kind = come_again ? one::ErrorKind::busy : one::error_kind_named(told->kind),
            .thing = told->thing,
            .reason = told->reason,
            .next = told->next,
            .doing = std::string{call.doing}};
}

one::Error garbage(const Call& call, const one::Error& why)
{
    return {.kind = one::ErrorKind::internal,  // no refusal: it may have done what it was asked
            .thing = "the front-end's answer to " + call.target,
            .reason = one::to_line(why),
            .next = "compare versions: onenode version, onefrontend version",
            .doing = "understand"};
}

template <class Answer>
Async<Result<Answer>> ask(http::Client& client, Call call, std::string body = {})
{
    auto request = to_request(call, std::move(body));
    auto answered = co_await client.exchange(std::move(request), call.limit);
    if (!answered) co_return one::fail(std::move(answered).error());
    if (answered->status != 200) co_return one::fail(error_of(*answered, call));
    auto answer = wire::from_json<Answer>(answered->body);
    if (!answer) co_return one::fail(garbage(call, answer.error()));
    co_return answer;
}

std::string waiting(std::string_view path, seconds wait)
{
    return std::string{path} + "?wait=" + std::to_string(wait.count());
}

}  // namespace

Frontend::Frontend(one::http::Client client) : client_(std::move(client)) {}

Async<Result<wire::Hello>> Frontend::hello()
{
    return ask<wire::Hello>(client_, {"greet", "GET", "/v1/hello"});
}

Async<Result<wire::PlanAnswer>> Frontend::plan(const wire::PlanRequest& request)
{
    return ask<wire::PlanAnswer>(client_, {"plan", "POST", "/v1/plan", with_oned}, wire::to_json(request));
}

Async<Result<wire::AskAnswer>> Frontend::ask_approval(const wire::AskRequest& request)
{
    return ask<wire::AskAnswer>(client_, {"ask for an approval", "POST", "/v1/ask", with_oned}, wire::to_json(request));
}

Async<Result<wire::EnrollAnswer>> Frontend::enroll(const wire::EnrollRequest& request)
{
    return ask<wire::EnrollAnswer>(client_, {"enroll", "POST", "/v1/enroll", with_oned}, wire::to_json(request));
}

Async<Result<wire::DesiredState>> Frontend::desired(std::string known, seconds wait)
{
    const Call call{"read the desired state of", "GET", waiting("/v1/desired", wait), wait + beyond_the_wait};
    auto request = to_request(call, {});
    request.headers.emplace_back(wire::neighbours_header, wire::neighbours_apart);
    if (!known.empty()) request.headers.emplace_back("If-None-Match", '"' + known + '"');
    auto answered = co_await client_.exchange(std::move(request), call.limit);
    if (!answered) co_return one::fail(std::move(answered).error());
    authorities_ = answered->header(wire::authorities_header);
    if (answered->status == 304) co_return wire::DesiredState{.version = std::move(known)};
    if (answered->status != 200) co_return one::fail(error_of(*answered, call));
    auto state = wire::from_json<wire::DesiredState>(answered->body);
    if (!state) co_return one::fail(garbage(call, state.error()));
    co_return state;
}

Async<Result<wire::DesiredState>> Frontend::neighbours(wire::DesiredState held)
{
    const Call call{"read the other nodes of", "GET", "/v1/neighbours", with_oned};
    auto request = to_request(call, {});
    if (!held.neighbours.empty()) request.headers.emplace_back("If-None-Match", '"' + held.neighbours + '"');
    auto answered = co_await client_.exchange(std::move(request), call.limit);
    if (!answered) co_return one::fail(std::move(answered).error());
    if (answered->status == 304) co_return held;
    if (answered->status != 200) co_return one::fail(error_of(*answered, call));
    auto neighbours = wire::from_json<wire::Neighbours>(answered->body);
    if (!neighbours) co_return one::fail(garbage(call, neighbours.error()));
    auto digest = one::to_hex(one::sha256(answered->body));
    co_return with_neighbours(*std::move(neighbours), std::move(digest), std::move(held));
}

Async<Result<wire::RenewAnswer>> Frontend::renew(const wire::RenewRequest& request)
{
    return ask<wire::RenewAnswer>(client_, {"renew the certificate of", "POST", "/v1/renew", with_oned},
                                  wire::to_json(request));
}

Async<Result<wire::RecoveryChallenge>> Frontend::recovery_challenge()
{
    return ask<wire::RecoveryChallenge>(client_, {"recover the certificate of", "POST", "/v1/recover", with_oned});
}

Async<Result<wire::RenewAnswer>> Frontend::recover(const wire::RecoveryRequest& request)
{
    return ask<wire::RenewAnswer>(client_, {"recover the certificate of", "POST", "/v1/recover/signed", with_oned},
                                  wire::to_json(request));
}

Async<Result<wire::LoginChallenge>> Frontend::login_challenge()
{
    return ask<wire::LoginChallenge>(client_, {"prove the login to", "POST", "/v1/prove/login"});
}

Async<Result<wire::ProofReport>> Frontend::login_verdict()
{
    return ask<wire::ProofReport>(client_, {"prove the login to", "POST", "/v1/prove/login/verdict", with_oned});
}

Async<Result<wire::MonitoringChallenge>> Frontend::monitoring_challenge()
{
    return ask<wire::MonitoringChallenge>(client_, {"prove monitoring from", "POST", "/v1/prove/monitoring"});
}

Async<Result<wire::ProofReport>> Frontend::monitoring_verdict(const wire::MonitoringSent& sent)
{
    const Call call{"prove monitoring from", "POST", "/v1/prove/monitoring/verdict", with_oned};
    return ask<wire::ProofReport>(client_, call, wire::to_json(sent));
}

Async<Result<wire::ProofReport>> Frontend::rehearse()
{
    return ask<wire::ProofReport>(client_, {"rehearse monitoring of", "POST", "/v1/rehearse", with_probes});
}

Async<Result<wire::HostReport>> Frontend::register_host()
{
    return ask<wire::HostReport>(client_, {"register", "POST", "/v1/register", with_oned});
}

Async<Result<wire::HostReport>> Frontend::host(seconds wait)
{
    return ask<wire::HostReport>(client_,
                                 {"ask for the state of", "GET", waiting("/v1/host", wait), wait + beyond_the_wait});
}

Async<Result<wire::HostReport>> Frontend::joined()
{
    return ask<wire::HostReport>(client_, {"commit the join of", "POST", "/v1/joined", with_oned});
}

Async<Result<wire::MovedAnswer>> Frontend::moved(const wire::MovedRequest& request)
{
    return ask<wire::MovedAnswer>(client_, {"report the move of this machine to", "POST", "/v1/moved", with_oned},
                                  wire::to_json(request));
}

Async<Result<wire::MovedAnswer>> Frontend::moved_verdict()
{
    return ask<wire::MovedAnswer>(client_, {"prove the new address to", "POST", "/v1/moved/verdict", with_oned});
}

Async<Result<wire::HostReport>> Frontend::abandon()
{
    return ask<wire::HostReport>(client_, {"take back the host of", "POST", "/v1/abandon", with_oned});
}

Async<Result<wire::HostReport>> Frontend::leave(const wire::LeaveRequest& request)
{
    return ask<wire::HostReport>(client_, {"remove", "POST", "/v1/leave", with_oned}, wire::to_json(request));
}

Async<Result<>> Frontend::left()
{
    const Call call{"say goodbye for", "POST", "/v1/left", with_oned};
    auto request = to_request(call, {});
    auto answered = co_await client_.exchange(std::move(request), call.limit);
    if (!answered) co_return one::fail(std::move(answered).error());
    if (answered->status != 200) co_return one::fail(error_of(*answered, call));
    co_return Result<>{};
}

void Frontend::use(one::http::TlsContextPtr identity)
{
    client_.use(std::move(identity));
}

void Frontend::hang_up()
{
    client_.close();
}

}  // namespace onenode
