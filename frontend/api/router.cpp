// The table of routes, and how a request finds its own.
#include "common/http/error_response.hpp"
#include "common/log.hpp"
#include "common/text/encoding.hpp"
#include "frontend/api/route.hpp"
#include "frontend/enroll/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace onefrontend::api {
namespace {

using one::ErrorKind;
using one::http::Request;
using one::http::Response;

constexpr std::size_t id_bytes = 8;

constexpr std::array<const Route*, 34> table{
    &routes::hello,
    &routes::plan,
    &routes::ask,
    &routes::enroll,
    &routes::desired,
    &routes::neighbours,
    &routes::renew,
    &routes::recover,
    &routes::recover_signed,
    &routes::prove_login,
    &routes::prove_login_verdict,
    &routes::prove_monitoring,
    &routes::prove_monitoring_verdict,
    &routes::rehearse,
    &routes::register_host,
    &routes::host,
    &routes::joined,
    &routes::moved,
    &routes::moved_verdict,
    &routes::abandon,
    &routes::leave,
    &routes::left,
    &routes::admin_tokens,
    &routes::admin_token_create,
    &routes::admin_token_revoke,
    &routes::admin_nodes,
    &routes::admin_node_show,
    &routes::admin_node_approve,
    &routes::admin_node_reject,
    &routes::admin_node_remove,
    &routes::admin_node_ban,
    &routes::admin_node_test,
    &routes::admin_ca,
    &routes::admin_keys,
};

Response no_such_path(std::string_view path)
{
    // Not the kind not_found: that is what a node hears which was removed.
    return one::http::error_response(404, {.kind = ErrorKind::unsupported,
                                           .thing = std::string{path.substr(0, 200)},
                                           .reason = "there is no such path",
                                           .next = "agent and front-end may be of different versions",
                                           .doing = "find"});
}

Response wrong_method(const Route& route, std::string_view method)
{
    auto response =
        error_response({.kind = ErrorKind::invalid,
                        .thing = std::string{route.path},
                        .reason = fmt::format("{} is not for this path, {} is", method.substr(0, 20), route.method),
                        .doing = "call"});
    response.status = 405;
    response.headers.emplace_back("Allow", route.method);
    return response;
}

void log_refusal(const Route& route, const Call& call, const one::Error& error)
{
    one::log::info(
        "request refused",
        {{"request", call.id}, {"path", route.path}, {"from", call.request.peer.address}, {"reason", to_line(error)}});
}

/// No login goes to what only plays a join, and OpenNebula gets no host of it.
constexpr std::array trials_may{&routes::desired, &routes::neighbours, &routes::leave, &routes::left};

Result<> must_be_for_trials(const Route& route)
{
    if (std::ranges::find(trials_may, &route) != trials_may.end()) return {};
    return one::fail({.kind = ErrorKind::denied,
                      .thing = std::string{route.path},
                      .reason = "this node only plays a join: its token was made for a trial",
                      .next = "to be a host: onenode leave, then join with another token",
                      .doing = "call"});
}

Async<Result<Response>> run(Service& service, const Route& route, Call& call)
{
    if (route.caller != Caller::anybody) CO_TRY(co_await service.leadership.check());
    if (route.caller == Caller::node || route.caller == Caller::lapsed_node)
        CO_TRY(co_await identify(service, call, route.caller));
    if (is_trial(call.node)) CO_TRY(must_be_for_trials(route));
    co_return co_await route.answer(service, call);
}

/// What somebody could try to guess there.
std::string_view guessable(Caller caller)
{
    if (caller == Caller::token) return "token";
    return caller == Caller::admin ? "password" : "";
}

Async<Response> find_answer(Service& service, const Route* route, Call& call)
{
    const Request& request = call.request;
    if (!route) co_return no_such_path(request.path());
    if (route->method != request.method) co_return wrong_method(*route, request.method);
    if (const auto what = guessable(route->caller); !what.empty()) {
        const auto wait = service.attempts.must_wait(request.peer.address, service.now_ms() / 1000);
        if (wait.seconds > 0) co_return too_many_attempts(service, wait, what);
    }
    auto response = co_await run(service, *route, call);
    if (response) co_return *std::move(response);
    log_refusal(*route, call, response.error());
    co_return error_response(response.error());
}

/// Counts a request however it ends: its caller may leave in the middle.
struct Counted {
    Metrics* metrics;
    const Route* route;
    std::chrono::steady_clock::time_point begun;
    int status = 0;  // nobody was there to hear it

    Counted(Metrics* in, const Route* of, std::chrono::steady_clock::time_point at) : metrics(in), route(of), begun(at)
    {
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { metrics->answered(route ? route->path : "", status, std::chrono::steady_clock::now() - begun); }
};

}  // namespace

std::span<const Route* const> all_routes()
{
    return table;
}

Response too_many_attempts(Service& service, Wait wait, std::string_view what)
{
    service.metrics.refused_by_limit(wait.by);
    const auto reason = wait.by == LimitedBy::everybody ? fmt::format("too many wrong {}s came from everywhere", what)
                        : wait.by == LimitedBy::source  ? fmt::format("too many wrong {}s came from this address", what)
                                                        : "it was wrong too often";
    auto response = error_response({.kind = ErrorKind::busy,
                                    .thing = fmt::format("the {}", what),
                                    .reason = reason,
                                    .next = fmt::format("wait {} s, then try again with the right one", wait.seconds),
                                    .doing = "use"});
    response.status = 429;
    std::erase_if(response.headers, [](const auto& header) { return header.first == "Retry-After"; });
    response.headers.emplace_back("Retry-After", std::to_string(wait.seconds));
    return response;
}

Async<Response> answer(Service& service, Request request)
{
    const Route* route = nullptr;
    for (const Route* each : table)
        if (each->path == request.path()) route = each;
    Call call{.id = one::to_hex(one::random_bytes(id_bytes)), .request = std::move(request)};
    const auto begun = std::chrono::steady_clock::now();
    service.metrics.begun();
    Counted counted{&service.metrics, route, begun};
    auto response = co_await find_answer(service, route, call);
    response.headers.emplace_back("X-Request-Id", call.id);
    counted.status = response.status;
    co_return response;
}

}  // namespace onefrontend::api
