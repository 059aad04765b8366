// Stores the key that a node wants next, then has it signed.
#include "frontend/api/renewal.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"

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

Async<Result<>> keep(Service& service, Node node, std::string key)
{
    Nodes::Edit edit = [&node, &key](Node& present) -> Result<> {
        if (present.key != node.key) return renewed_meanwhile(node);
        present.pending_key = key;
        return {};
    };
    CO_TRY(co_await service.nodes.change(node.id, std::move(edit)));
    co_return Result<>{};
}

}  // namespace

Async<Result<one::wire::RenewAnswer>> renew_certificate(Service& service, Node node, std::string certificate_request)
{
    CO_TRY_LET(const auto csr, one::identity::read_request(certificate_request));
    const auto key = one::identity::key_fingerprint(csr.public_key);
    const bool is_known = key == node.key || key == node.pending_key;
    if (!is_known) CO_TRY(co_await keep(service, node, key));
    one::wire::RenewAnswer answer;
    CO_TRY_LET(answer.certificate_chain, co_await service.signing->sign_node(node.id, certificate_request));
    answer.generation = key == node.key ? node.generation : node.generation + 1;
    answer.authorities = service.authorities.pem;
    co_return answer;
}

}  // namespace onefrontend::api
