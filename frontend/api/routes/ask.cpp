// POST /v1/ask: a machine without a token asks whether it may join, as often as it likes, until an admin said so.
#include "frontend/api/route.hpp"
#include "frontend/enroll/waiting.hpp"

#include <fmt/format.h>

namespace onefrontend::api {
namespace {

constexpr std::size_t longest_body = 16 * 1024;
constexpr std::chrono::seconds turn_limit{5};

one::Error crowded()
{
    return {.kind = one::ErrorKind::busy,
            .thing = "for an approval",
            .reason = "too many machines ask at the same time",
            .next = "try again in a minute, or join with a token: onefrontend token create",
            .doing = "wait"};
}

one::Error too_long()
{
    return {.kind = one::ErrorKind::invalid,
            .thing = "the request",
            .reason = fmt::format("it is longer than {} bytes", longest_body),
            .doing = "read"};
}

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    if (call.request.body.size() > longest_body) co_return one::fail(too_long());
    if (!co_await service.asking.enter(turn_limit)) co_return one::fail(crowded());
    const oned::HeldSlot turn{service.asking};
    const std::string source = call.request.peer.address;
    const auto now = service.now_ms() / 1000;
    CO_TRY(co_await service.leadership.check());
    CO_TRY_LET(auto request, one::wire::from_json<one::wire::AskRequest>(call.request.body));
    CO_TRY_LET(const auto asked, co_await service.waiting_room.ask(std::move(request), source, now));
    const Waiting& waiting = asked.waiting;
    if (asked.is_new) {
        AuditEvent audit{.event = "asked", .time_ms = service.now_ms()};
        audit.fields = {
            {"from", source}, {"code", waiting.code}, {"host_name", waiting.facts.host_name}, {"request", call.id}};
        CO_TRY(co_await tell_audit(service, std::move(audit)));
    }
    one::wire::AskAnswer told;
    told.state = state_of(waiting);
    told.code = waiting.code;
    told.token_id = waiting.token_id;
    told.ends_at = waiting.ends_at;
    co_return to_response(told);
}

}  // namespace

constinit const Route routes::ask{"POST", "/v1/ask", Caller::anybody, answer};
}  // namespace onefrontend::api
