// POST /v1/prove/login: a nonce that root on the node writes where only oneadmin's group may read it.
#include "frontend/api/proofs.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    const Proofs before = call.node.proofs;
    CO_TRY_LET(const auto challenge, service.procedures->challenge_login(call.node));
    CO_TRY(co_await store_proofs(service, before, call.node));
    co_return to_response(challenge);
}

}  // namespace

constinit const Route routes::prove_login{"POST", "/v1/prove/login", Caller::node, answer};
}  // namespace onefrontend::api
