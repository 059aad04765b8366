// What admins have us do from elsewhere: verbs of `onefrontend`, done in their own session of OpenNebula. An interface
// over those verbs, so that routes are tested without oned.
#pragma once

#include "common/async.hpp"
#include "common/secret.hpp"
#include "frontend/enroll/audit.hpp"
#include "frontend/enroll/tokens.hpp"

#include <string>
#include <vector>

namespace onefrontend {

enum class Deed {
    token_create,
    token_list,
    token_revoke,
    node_list,
    node_show,
    node_approve,
    node_reject,
    node_remove,
    node_ban,
    node_test,
    ca_status,
    keys_status
};

struct AdminWish {
    Deed deed = Deed::node_list;
    TokenWish token{};    // of token_create
    std::string print{};  // of token_create: json, cloud-init, or empty: for a person
    std::string which{};  // a token's id; a node's id or name; a code
    std::string other{};  // of node_test
};

struct Done {
    one::Result<std::string> answer{};  // JSON; an error of the kind untrusted: nobody's session
    std::vector<AuditEvent> audit{};    // what was done, also where it failed in the end
};

class Admins {
public:
    virtual ~Admins() = default;
    /// `session`: "user:password", or a login token in its place.
    virtual one::Async<Done> act(one::Secret session, AdminWish wish) = 0;
};

}  // namespace onefrontend
