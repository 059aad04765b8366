// The settings of a join that last. The membership keeps what was asked for; the next join is held against it.
#pragma once

#include "nodeagent/cli/options.hpp"
#include "nodeagent/link/membership.hpp"

#include <string>
#include <vector>

namespace onenode::cli {

/// Not one that lasts: "go on as before".
bool asks_for_nothing(const JoinOptions& options);

/// These, and what the membership has where they say nothing.
JoinOptions completed(JoinOptions options, const Membership& member);

/// What was asked for and is not any more: "--name kvm12".
std::vector<std::string> lost_settings(const JoinOptions& options, const Membership& member);

struct Difference {
    std::string what{};       // "--name kvm13 (it is kvm12)"
    std::string how{};        // to change it
    bool needs_leave = true;  // the machine has to leave and join
    bool operator==(const Difference&) const = default;
};

/// What a machine that is joined was asked to be, and is not.
Result<std::vector<Difference>> different_settings(const JoinOptions& options, const Membership& member);

/// The whole command, as a person pastes it. A token is not in it.
std::string command_for(const JoinOptions& options);

}  // namespace onenode::cli
