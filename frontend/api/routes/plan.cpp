// POST /v1/plan: what a join would find, nothing spent and nothing stored.
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    const std::string source = call.request.peer.address;
    CO_TRY_LET(auto request, one::wire::from_json<one::wire::PlanRequest>(call.request.body));
    const int token = id_of_token(request.token);
    const auto wait = service.attempts.must_wait(source, token, service.now_ms() / 1000);
    if (wait.seconds > 0) co_return too_many_attempts(service, wait);
    auto verdict = co_await service.enrollment.plan(std::move(request), source, service.now_ms());
    if (verdict.was_guess) {
        service.attempts.failed(source, token, service.now_ms() / 1000);
        service.metrics.wrong_token();
    }
    verdict.audit.fields.emplace_back("request", call.id);
    if (!verdict.was_noise) CO_TRY(co_await tell_audit(service, std::move(verdict.audit)));
    CO_TRY_LET(const auto plan, std::move(verdict.answer));
    co_return to_response(plan);
}

}  // namespace

constinit const Route routes::plan{"POST", "/v1/plan", Caller::token, answer};
}  // namespace onefrontend::api
