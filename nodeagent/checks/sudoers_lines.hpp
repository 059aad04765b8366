// The lines of sudo's rules, for checks that must know before the rules of a join are there to be tried.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks {

struct SudoersLine {
    std::string file{};
    std::string text{};  // comments are left out, continued lines put together
};

/// /etc/sudoers, then the files of /etc/sudoers.d that sudo reads, in its order.
std::vector<SudoersLine> sudoers_lines(const HostView& host);

/// The options of a `Defaults` line; none for other lines. `scope`: "" for everybody, ":oneadmin" and the like.
std::vector<std::string> defaults_of(std::string_view line, std::string& scope);

}  // namespace onenode::checks
