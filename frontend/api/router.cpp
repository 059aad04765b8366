// The table of routes, and how a request finds its own.
#include "common/http/error_response.hpp"
#include "common/log.hpp"
#include "frontend/api/route.hpp"

#include <fmt/format.h>

#include <array>

namespace onefrontend::api {
namespace {

using one::ErrorKind;
using one::http::Request;
using one::http::Response;

constexpr std::array<const Route*, 19> table{
    &routes::hello,
    &routes::plan,
    &routes::ask,
    &routes::enroll,
    &routes::desired,
    &routes::renew,
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

Response too_many_attempts(std::int64_t seconds)
{
    auto response = error_response({.kind = ErrorKind::busy,
                                    .thing = "the token",
                                    .reason = "too many wrong tokens came from this address",
                                    .next = fmt::format("wait {} s, then try again with the right one", seconds),
                                    .doing = "use"});
    response.status = 429;
    response.headers.emplace_back("Retry-After", std::to_string(seconds));
    return response;
}

Async<Result<Response>> run(Service& service, const Route& route, Call call)
{
    if (route.caller != Caller::anybody) CO_TRY(co_await service.leadership.check());
    if (route.caller == Caller::node || route.caller == Caller::lapsed_node) {
        CO_TRY_LET(call.node, co_await identify(service, call.request.peer, route.caller));
    }
    co_return co_await route.answer(service, std::move(call));
}

}  // namespace

std::span<const Route* const> all_routes()
{
    return table;
}

Async<Response> answer(Service& service, Request request)
{
    const Route* route = nullptr;
    for (const Route* each : table)
        if (each->path == request.path()) route = each;
    if (!route) co_return no_such_path(request.path());
    if (route->method != request.method) co_return wrong_method(*route, request.method);
    if (route->caller == Caller::token) {
        const auto seconds = service.attempts.must_wait(request.peer.address, service.now_ms() / 1000);
        if (seconds > 0) co_return too_many_attempts(seconds);
    }
    const std::string from = request.peer.address;
    Call call;
    call.request = std::move(request);
    auto response = co_await run(service, *route, std::move(call));
    if (response) co_return *std::move(response);
    one::log::info("request refused", {{"path", route->path}, {"from", from}, {"reason", to_line(response.error())}});
    co_return error_response(response.error());
}

}  // namespace onefrontend::api
