// What this node remembers of its join: to whom it belongs, what was asked for, how far it came.
// /var/lib/onenode/state.json.
#pragma once

#include "common/wire/messages.hpp"
#include "nodeagent/host/host.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

enum class MemberPhase {
    enrolled,  // the front-end was asked; the join did not end yet
    joined,
    leaving,  // nothing is applied any more
    undone,   // all changes are taken back; only the identity is left
};

struct Membership {
    MemberPhase phase = MemberPhase::enrolled;
    std::string frontend{};                     // host:port
    one::wire::Wishes wishes{};                 // as they were asked for; empty where nothing was
    std::vector<std::string> ignored{};         // checks, by --ignore
    std::vector<std::string> accepted_risks{};  // by --accept-risk
    bool installs_packages = false;             // by --install-packages
    std::string fingerprint{};                  // of the front-end's authority, as it was trusted
    int node_id = -1;                           // the node's document, once the front-end answered
    int host_id = -1;                           // OpenNebula's host, once registered
    std::string joined_at{};                    // RFC 3339, UTC
    one::wire::DesiredState desired{};          // the last one that was applied
};

std::string_view to_string(MemberPhase phase);

/// Nothing where this machine never joined.
Result<std::optional<Membership>> load_membership(const HostView& host);
Result<> save_membership(Host& host, const Membership& membership);
Result<> forget_membership(Host& host);

}  // namespace onenode
