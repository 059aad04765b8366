// What the verbs of an admin work with: OpenNebula through the admin's own session, the audit log, who hears the result.
#pragma once

#include "common/async.hpp"
#include "frontend/cli/exit.hpp"
#include "frontend/cli/options.hpp"
#include "frontend/cli/teller.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/audit.hpp"
#include "frontend/enroll/authority.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/node.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace onefrontend::cli {

struct Admin {
    const Config* config = nullptr;
    Cloud* cloud = nullptr;
    std::string user{};  // of OpenNebula, whose session this is
    std::string pin{};   // of the CA, for tokens
    std::function<Result<>(const AuditEvent&)> audit{};
    Teller* out = nullptr;
    std::int64_t now = 0;                    // epoch seconds
    one::asio::thread_pool* pool = nullptr;  // for what blocks: logins by `node test`
};

Async<Result<Exit>> token_create(Admin& admin, TokenWish wish, TokenForm form = TokenForm::text);
Async<Result<Exit>> token_list(Admin& admin);
Async<Result<Exit>> token_revoke(Admin& admin, std::string id);
Result<int> parse_token_id(const std::string& text);
Async<Result<Exit>> node_list(Admin& admin);
Async<Result<Exit>> node_show(Admin& admin, std::string which);
/// `which` is the code of a machine that waits for its join, or a node that waits for its rename.
Async<Result<Exit>> node_approve(Admin& admin, std::string which);
Async<Result<Exit>> node_reject(Admin& admin, std::string which);
/// It may join again; also where only its ban is left.
Async<Result<Exit>> node_remove(Admin& admin, std::string which);
Async<Result<Exit>> node_ban(Admin& admin, std::string which);
/// Whether guests can move between the two.
Async<Result<Exit>> node_test(Admin& admin, std::string which, std::string other);

/// By its id or its name.
Async<Result<Node>> find_node(Admin& admin, std::string which);

/// The host it has, or is just getting; -1: none.
int host_of(const Node& node);

/// Writes to the audit log who did what; where that cannot be written it is a warning, since it is done already.
void tell_audit(Admin& admin, std::string_view event, std::vector<std::pair<std::string, std::string>> fields);

/// "2026-11-21 10:35 UTC"
std::string when(std::int64_t epoch_seconds);

/// Does what the command line says; `user` is known.
Async<Result<Exit>> dispatch(Admin& admin, const Options& options);

/// Sets up an Admin for the configuration and runs the verb.
Result<Exit> run_admin_verb(const Options& options, const Config& config, Teller& out);

}  // namespace onefrontend::cli
