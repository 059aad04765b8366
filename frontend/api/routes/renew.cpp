// POST /v1/renew: a fresh certificate. A new key is pending until it is first used; until then the old one counts too.
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

one::Failure renewed_meanwhile(const Node& node)
{
    return one::fail({.kind = one::ErrorKind::busy,
                      .thing = "node " + node.name,
                      .reason = "its key was renewed at the same moment",
                      .next = "try again",
                      .doing = "renew the certificate of"});
}

Async<Result<>> keep_pending(Service& service, Node node, std::string key)
{
    Nodes::Edit keep = [&node, &key](Node& present) -> Result<> {
        if (present.key != node.key) return renewed_meanwhile(node);
        present.pending_key = key;
        return {};
    };
    CO_TRY(co_await service.nodes.change(node.id, std::move(keep)));
    co_return Result<>{};
}

Async<Result<one::http::Response>> answer(Service& service, Call call)
{
    CO_TRY_LET(const auto request, one::wire::from_json<one::wire::RenewRequest>(call.request.body));
    CO_TRY_LET(const auto csr, one::identity::read_request(request.certificate_request));
    const auto key = one::identity::key_fingerprint(csr.public_key);
    const Node node = std::move(call.node);
    if (key != node.key && key != node.pending_key) CO_TRY(co_await keep_pending(service, node, key));
    one::wire::RenewAnswer renewal;
    CO_TRY_LET(renewal.certificate_chain, co_await service.signing->sign_node(node.id, request.certificate_request));
    renewal.generation = key == node.key ? node.generation : node.generation + 1;
    renewal.authorities = service.authorities.pem;
    co_return to_response(renewal);
}

}  // namespace

constinit const Route routes::renew{"POST", "/v1/renew", Caller::lapsed_node, answer};
}  // namespace onefrontend::api
