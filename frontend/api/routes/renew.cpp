// POST /v1/renew: a fresh certificate for who has one that did not end yet.
#include "frontend/api/renewal.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(auto request, one::wire::from_json<one::wire::RenewRequest>(call.request.body));
    CO_TRY_LET(const auto renewal,
               co_await renew_certificate(service, std::move(call.node), std::move(request.certificate_request)));
    co_return to_response(renewal);
}

}  // namespace

constinit const Route routes::renew{"POST", "/v1/renew", Caller::node, answer};
}  // namespace onefrontend::api
