// From a session string to the caller: a password, a login token, or serveradmin speaking for somebody.
#pragma once

#include "tests/oned-sim/objects/world.hpp"

#include <optional>
#include <string_view>

namespace onedsim {

/// Nobody where oned would say "User couldn't be authenticated".
std::optional<Caller> authenticate(World& world, std::string_view session, std::time_t now);

void drop_expired_tokens(User& user, std::time_t now);

}  // namespace onedsim
