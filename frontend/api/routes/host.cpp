// GET /v1/host?wait=SECONDS: the host's state; waits while it is still init.
#include "frontend/api/query.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

constexpr std::chrono::seconds longest_wait{60};

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(const auto wait, seconds_of(call.request, "wait", longest_wait));
    CO_TRY_LET(const auto report, co_await service.procedures->report(std::move(call.node), wait));
    co_return to_response(report);
}

}  // namespace

constinit const Route routes::host{"GET", "/v1/host", Caller::lapsed_node, answer};
}  // namespace onefrontend::api
