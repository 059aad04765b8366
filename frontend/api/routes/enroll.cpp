// POST /v1/enroll: a token and a key become a node with a certificate.
#include "common/log.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    const std::string source = call.request.peer.address;
    CO_TRY_LET(auto request, one::wire::from_json<one::wire::EnrollRequest>(call.request.body));
    const int token = id_of_token(request.token);
    const auto wait = service.attempts.must_wait(source, token, service.now_ms() / 1000);
    if (wait.seconds > 0) co_return too_many_attempts(service, wait);
    auto verdict = co_await service.enrollment.enroll(std::move(request), source, service.now_ms());
    if (verdict.was_guess) {
        service.attempts.failed(source, token, service.now_ms() / 1000);
        service.metrics.wrong_token();
    }
    verdict.audit.fields.emplace_back("request", call.id);
    if (!verdict.was_noise) CO_TRY(co_await tell_audit(service, std::move(verdict.audit)));
    CO_TRY_LET(const auto enrolled, std::move(verdict.answer));
    one::log::info("node enrolled",
                   {{"node", enrolled.node_id}, {"name", enrolled.desired.node_name}, {"from", source}});
    co_return to_response(enrolled);
}

}  // namespace

constinit const Route routes::enroll{"POST", "/v1/enroll", Caller::token, answer};
}  // namespace onefrontend::api
