// Who a client certificate belongs to. TLS has shown that our CA signed it; whether it still counts, the node's
// document says.
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "frontend/api/route.hpp"
#include "frontend/signer/signer.hpp"

#include <fmt/format.h>

namespace onefrontend::api {
namespace {

using one::ErrorKind;

one::Failure refuse(std::string reason, std::string next)
{
    return one::fail({.kind = ErrorKind::denied,
                      .thing = "this machine's certificate",
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = "use"});
}

constexpr const char* renews_itself =
    "the agent renews it within 90 days after its end: systemctl restart onenode.service";
constexpr const char* join_again = "onenode leave, then join again with a new token";

Result<> use_pending(Node& node, const std::string& key)
{
    if (key == node.key) return {};  // by another request with the same certificate, at the same moment
    if (key != node.pending_key)
        return refuse("its key was renewed since: the machine was cloned, or restored from an old state", join_again);
    node.key = std::move(node.pending_key);
    node.pending_key.clear();
    node.generation += 1;
    return {};
}

}  // namespace

Async<Result<Node>> identify(Service& service, const one::http::Peer& peer, Caller as)
{
    if (peer.certificate_pem.empty()) co_return refuse("none was shown", "join first: onenode join");
    CO_TRY_LET(const auto certificate, one::identity::read_certificate(peer.certificate_pem));
    const bool ended = certificate.not_after < one::identity::Time{std::chrono::milliseconds{service.now_ms()}};
    if (ended && as != Caller::lapsed_node) co_return refuse("it has ended", renews_itself);
    const int id = node_of_common_name(certificate.common_name);
    if (id < 0) co_return refuse("it is no node's", "join first: onenode join");

    auto node = co_await service.nodes.get(id);
    if (!node && node.error().kind == ErrorKind::not_found)
        co_return one::fail(
            {.kind = ErrorKind::not_found,  // of which `onenode leave` knows that nothing is left to tell
             .thing = "this machine's node",
             .reason = "it was removed on the front-end",
             .next = "onenode leave; to be a host again, then join with a new token",
             .doing = "find"});
    if (!node) co_return one::fail(node.error());
    if (node->banned)
        co_return refuse("the node was removed on the front-end while VMs were on its host",
                         fmt::format("move them, then on the front-end: onefrontend node remove {}", id));

    const auto key = one::identity::key_fingerprint(certificate.public_key);
    if (key == node->key) co_return node;
    bool renewed = false;
    Nodes::Edit use = [&key, &renewed](Node& present) -> Result<> {
        renewed = key != present.key;
        return use_pending(present, key);
    };
    CO_TRY_LET(auto known, co_await service.nodes.change(id, std::move(use)));
    if (renewed) CO_TRY(co_await tell_audit(service, "renewed", known));
    co_return known;
}

}  // namespace onefrontend::api
