// Users and groups: from the machine's own files first, from a directory service (LDAP, SSSD) only where they know
// none.
#pragma once

#include "nodeagent/host/tree.hpp"

#include <functional>

namespace onenode {

/// Runs `getent` with a limit: a directory service that is away must not hold us.
using AskDirectory = std::function<Result<CommandOutput>(std::vector<std::string> argv)>;

Result<User> find_user(const Tree& tree, std::string_view name, const AskDirectory& ask);
Result<User> find_user(const Tree& tree, std::uint32_t uid, const AskDirectory& ask);
Result<Group> find_group(const Tree& tree, std::string_view name, const AskDirectory& ask);
Result<Group> find_group(const Tree& tree, std::uint32_t gid, const AskDirectory& ask);

}  // namespace onenode
