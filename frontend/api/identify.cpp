// Who a client certificate belongs to. TLS has shown that our CA signed it; whether it still counts, the node's
// document says.
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/log.hpp"
#include "frontend/api/route.hpp"
#include "frontend/signer/signer.hpp"

#include <fmt/format.h>

#include <chrono>

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

constexpr const char* comes_back = "the agent gets a fresh one by itself within 90 days after its end, where it is not "
                                   "older than the front-end: update it, then systemctl restart onenode.service";
constexpr const char* join_again = "onenode leave, then join again with a new token";

constexpr std::chrono::minutes clocks_may_differ_by{5};  // the signer dates certificates back by it

/// The old key may still be under way in a request that was sent before the new one was used.
constexpr std::int64_t requests_may_overlap = 120;

one::Failure replaced(const Node& node)
{
    return refuse(fmt::format("its key was renewed since (generation {}): the machine was cloned, or restored from an "
                              "old state",
                              node.generation),
                  join_again);
}

one::Failure frozen(const Node& node)
{
    return refuse(fmt::format("the node is frozen: a certificate from before its renewal (generation {}) was used from "
                              "{}, so the machine was cloned, or restored from an old state",
                              node.generation, node.frozen.from),
                  fmt::format("switch the wrong one off; then on the front-end: onefrontend node approve {0} for the "
                              "one that renewed last, or onefrontend node remove {0}",
                              node.id));
}

one::Failure forgotten()
{
    return refuse("it was made after the backup that this front-end was restored from, and for a node that this knows "
                  "nothing of",
                  join_again);
}

enum class Used { as_it_is, pending, adopted, forgotten, replaced };

struct Use {
    std::string key{};
    std::string from{};
    std::int64_t now = 0;
    LostTime lost{};  // only where the certificate is of it
    Used outcome = Used::as_it_is;
};

void judge(Node& node, Use& use)
{
    if (use.key == node.key) return;  // by another request with the same certificate, at the same moment
    if (use.key == node.pending_key) {
        node.key = std::move(node.pending_key);
        node.pending_key.clear();
        node.generation += 1;
        node.key_since = use.now;
        use.outcome = Used::pending;
        return;
    }
    if (use.lost.to != 0 && node.enrolled_at > use.lost.from) {  // OpenNebula gave the document's number again
        use.outcome = Used::forgotten;
        return;
    }
    if (use.lost.to != 0 && node.key_since <= use.lost.from) {  // its renewal is what the restore lost; once
        node.key = use.key;
        node.pending_key.clear();
        node.generation += 1;
        node.key_since = use.now;
        use.outcome = Used::adopted;
        return;
    }
    use.outcome = Used::replaced;
    const bool is_late = use.now - node.key_since > requests_may_overlap;
    if (node.phase == Phase::joined && is_late && !is_frozen(node)) node.frozen = {use.now, use.from};
}

Async<Result<Node>> use_other_key(Service& service, const Call& call, int id, Use use)
{
    Nodes::Edit edit = [&use](Node& present) -> Result<> {
        judge(present, use);
        return {};
    };
    CO_TRY_LET(auto known, co_await service.nodes.change(id, std::move(edit)));
    if (use.outcome == Used::pending) CO_TRY(co_await tell_audit(service, "renewed", call, known));
    if (use.outcome == Used::adopted) CO_TRY(co_await tell_audit(service, "renewed-before-restore", call, known));
    if (use.outcome == Used::forgotten) co_return forgotten();
    if (use.outcome != Used::replaced) co_return known;
    if (!is_frozen(known)) co_return replaced(known);
    one::log::error("a node is frozen: two machines use its identity",
                    {{"node", known.id}, {"name", known.name}, {"older_one_from", use.from}});
    CO_TRY(co_await tell_audit(service, "node-frozen", call, known));
    co_return frozen(known);
}

/// While there are several authorities: which nodes have turned to the newest is what the others are kept for.
Async<Result<Node>> note_authority(Service& service, Node node, const one::identity::Certificate& certificate)
{
    const auto& pins = service.authorities.pins;
    if (pins.size() < 2 || node.authority == pins.front()) co_return node;
    CO_TRY_LET(const auto authorities, one::identity::read_certificates(service.authorities.pem));
    const one::identity::Time now{std::chrono::milliseconds{service.now_ms()}};
    if (!one::identity::verify(certificate, authorities.front().pem, now)) co_return node;
    Nodes::Edit note = [&pins](Node& present) -> Result<> {
        present.authority = pins.front();
        return {};
    };
    co_return co_await service.nodes.change(node.id, std::move(note));
}

Async<Result<Node>> find_caller(Service& service, const Call& call, Caller as)
{
    const one::http::Peer& peer = call.request.peer;
    if (peer.certificate_pem.empty()) co_return refuse("none was shown", "join first: onenode join");
    CO_TRY_LET(const auto certificate, one::identity::read_certificate(peer.certificate_pem));
    const bool ended = certificate.not_after < one::identity::Time{std::chrono::milliseconds{service.now_ms()}};
    if (ended && as != Caller::lapsed_node) co_return refuse("it has ended", comes_back);
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
        co_return refuse("the node was removed or banned on the front-end",
                         fmt::format("where VMs are on its host: move them, then on the front-end: onefrontend node "
                                     "remove {}",
                                     id));
    if (is_frozen(*node)) co_return frozen(*node);

    const auto key = one::identity::key_fingerprint(certificate.public_key);
    if (key != node->key) {
        Use use{.key = key, .from = peer.address, .now = service.now_ms() / 1000};
        const auto made = std::chrono::system_clock::to_time_t(certificate.not_before + clocks_may_differ_by);
        if (is_in(made, service.lost_time)) use.lost = service.lost_time;
        node = co_await use_other_key(service, call, id, std::move(use));
    }
    if (!node) co_return one::fail(node.error());
    co_return co_await note_authority(service, *std::move(node), certificate);
}

}  // namespace

Async<Result<>> identify(Service& service, Call& call, Caller as)
{
    CO_TRY_LET(call.node, co_await find_caller(service, call, as));
    co_return Result<>{};
}

}  // namespace onefrontend::api
