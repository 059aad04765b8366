// POST /v1/prove/monitoring: what the node sends to 4124, over UDP and TCP.
#include "frontend/api/proofs.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    const Proofs before = call.node.proofs;
    CO_TRY_LET(const auto challenge, service.procedures->challenge_monitoring(call.node));
    CO_TRY(co_await store_proofs(service, before, call.node));
    co_return to_response(challenge);
}

}  // namespace

constinit const Route routes::prove_monitoring{"POST", "/v1/prove/monitoring", Caller::node, answer};
}  // namespace onefrontend::api
