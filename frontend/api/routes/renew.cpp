// POST /v1/renew: a fresh certificate. A new key is pending until it is first used; until then the old one counts too.
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call call)
{
    CO_TRY_LET(const auto request, one::wire::from_json<one::wire::RenewRequest>(call.request.body));
    CO_TRY_LET(const auto csr, one::identity::read_request(request.certificate_request));
    const auto key = one::identity::key_fingerprint(csr.public_key);
    Node node = std::move(call.node);
    if (key != node.key && key != node.pending_key) {
        node.pending_key = key;
        CO_TRY(co_await service.nodes.replace(node));
    }
    one::wire::RenewAnswer renewal;
    CO_TRY_LET(renewal.certificate_chain, co_await service.signing->sign_node(node.id, request.certificate_request));
    renewal.generation = key == node.key ? node.generation : node.generation + 1;
    renewal.authorities = service.authorities.pem;
    co_return to_response(renewal);
}

}  // namespace

constinit const Route routes::renew{"POST", "/v1/renew", Caller::lapsed_node, answer};
}  // namespace onefrontend::api
