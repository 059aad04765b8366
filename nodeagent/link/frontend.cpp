// Each route in one line.
#include "nodeagent/link/frontend.hpp"

#include "common/http/ask.hpp"
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
using http::ask;
using http::Call;

constexpr milliseconds with_oned{60'000};        // the front-end asks oned, its signer, or logs in here
constexpr milliseconds with_probes{175'000};     // rsync and every probe; the server gives up at 180 s
constexpr milliseconds beyond_the_wait{15'000};  // what a long poll may take on top of the wait it asked for

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
    auto request = http::to_request(call, {});
    request.headers.emplace_back(wire::neighbours_header, wire::neighbours_apart);
    if (!known.empty()) request.headers.emplace_back("If-None-Match", '"' + known + '"');
    auto answered = co_await client_.exchange(std::move(request), call.limit);
    if (!answered) co_return one::fail(std::move(answered).error());
    authorities_ = answered->header(wire::authorities_header);
    if (answered->status == 304) co_return wire::DesiredState{.version = std::move(known)};
    if (answered->status != 200) co_return one::fail(http::error_of(*answered, call));
    auto state = wire::from_json<wire::DesiredState>(answered->body);
    if (!state) co_return one::fail(http::not_understood(call, state.error()));
    co_return state;
}

Async<Result<wire::DesiredState>> Frontend::neighbours(wire::DesiredState held)
{
    const Call call{"read the other nodes of", "GET", "/v1/neighbours", with_oned};
    auto request = http::to_request(call, {});
    if (!held.neighbours.empty()) request.headers.emplace_back("If-None-Match", '"' + held.neighbours + '"');
    auto answered = co_await client_.exchange(std::move(request), call.limit);
    if (!answered) co_return one::fail(std::move(answered).error());
    if (answered->status == 304) co_return held;
    if (answered->status != 200) co_return one::fail(http::error_of(*answered, call));
    auto neighbours = wire::from_json<wire::Neighbours>(answered->body);
    if (!neighbours) co_return one::fail(http::not_understood(call, neighbours.error()));
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
    return http::tell(client_, {"say goodbye for", "POST", "/v1/left", with_oned});
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
