// What a machine without a token remembers while it waits for an admin's yes, so that it may be interrupted:
// /var/lib/onenode/approval.json.
#pragma once

#include "common/join_token.hpp"
#include "nodeagent/host/host.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace onenode {

struct Approval {
    std::string frontend{};    // host:port
    std::string pin{};         // of its CA, which a person found right
    one::Secret secret{};      // ours; the yes makes it a token's
    int token_id = -1;         // of that token; -1 before the yes
    std::string code{};        // by which the admin names this machine; empty before the front-end made one
    std::int64_t ends_at = 0;  // epoch seconds: until when that code is good
};

/// Nothing where this machine does not wait.
Result<std::optional<Approval>> load_approval(const HostView& host);
Result<> save_approval(Host& host, const Approval& approval);
Result<> forget_approval(Host& host);

/// Once the yes came.
one::JoinToken token_of(const Approval& approval);

}  // namespace onenode
