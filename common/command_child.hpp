// The child's half of run_command: all that needs memory, locks or lookups is done before fork, the rest after it.
#pragma once

#include "common/command.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace one {

/// What the child needs between fork and exec. Nothing in there is computed or allocated after fork: another thread may
/// have held the allocator's or the resolver's lock at that instant, and would hold it for ever in the child.
struct ChildPlan {
    std::string program{};
    std::string directory{};
    std::vector<std::string> argv_text{};
    std::vector<std::string> environment_text{};
    std::vector<char*> argv{};         // into argv_text, ends with null
    std::vector<char*> environment{};  // into environment_text, ends with null
    bool outlives_us = false;
    bool change_user = false;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups{};
    unsigned open_files = 1024;  // where close_range is missing
    pid_t parent = 0;
    int in = -1;
    int out = -1;
    int err = -1;
    int report = -1;  // takes a ChildFailure where exec could not happen; closed by exec
};

enum class ChildStage : int { groups, user, directory, exec };

struct ChildFailure {
    ChildStage stage = ChildStage::exec;
    int number = 0;  // errno
};

/// Finds program, account and environment. Kinds: not_found, denied.
Result<ChildPlan> plan_child(const Command& command);

/// Runs in the child right after fork, with every signal blocked; only async-signal-safe calls.
[[noreturn]] void become_child(const ChildPlan& plan);

}  // namespace one
