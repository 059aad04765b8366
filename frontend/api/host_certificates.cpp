// Asks the signer where certificates are missing, old, or not of these names and keys; then stores what it signed.
#include "frontend/api/host_certificates.hpp"

#include "common/log.hpp"

namespace onefrontend::api {
namespace {

bool are_needed(const Service& service, const Node& node)
{
    const auto inputs = service.desired->inputs();
    if (!inputs || (*inputs)->vouching.authorities.empty()) return false;
    const auto authority = one::ssh::parse_public_key((*inputs)->vouching.authorities.front());
    const std::chrono::system_clock::time_point now{std::chrono::milliseconds{service.now_ms()}};
    return node.phase == Phase::joined && authority && needs_host_certificates(node, *authority, now);
}

Async<Result<>> renew(Service& service, Call& call)
{
    Node& node = call.node;
    CO_TRY_LET(auto certificates, co_await service.signing->sign_host(node.id));
    Nodes::Edit keep = [&certificates](Node& present) -> Result<> {
        present.ssh_host_certificates = certificates;
        return {};
    };
    CO_TRY(co_await service.nodes.change(node.id, std::move(keep)));
    node.ssh_host_certificates = std::move(certificates);
    co_return co_await tell_audit(service, "host-certificates-signed", call);
}

}  // namespace

Async<> keep_host_certificates(Service& service, Call& call)
{
    if (!are_needed(service, call.node)) co_return;
    const auto renewed = co_await renew(service, call);
    const auto trouble = renewed ? std::string{} : to_line(renewed.error());
    if (!renewed && trouble != service.certificate_trouble)
        one::log::warning("no host certificates", {{"node", call.node.name}, {"reason", trouble}});
    service.certificate_trouble = trouble;
}

}  // namespace onefrontend::api
