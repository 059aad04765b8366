// POST /v1/prove/login/verdict: we log in, as OpenNebula will, and look for the nonce.
#include "frontend/api/proofs.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(const auto proving, BeingProven::begin(service, call.node));
    CO_TRY(co_await check_name_is_still_free(service, call.node));
    CO_TRY(co_await refresh_ssh_trust(service));
    const Proofs before = call.node.proofs;
    const auto report = co_await service.procedures->check_login(call.node);
    CO_TRY(co_await store_proofs(service, before, call.node));
    co_return to_response(report);
}

}  // namespace

constinit const Route routes::prove_login_verdict{"POST", "/v1/prove/login/verdict", Caller::node, answer};
}  // namespace onefrontend::api
