// The verbs, a file each. Each one prints its own last words and never throws for what may happen.
#pragma once

#include "nodeagent/cli/options.hpp"
#include "nodeagent/cli/world.hpp"

namespace onenode::cli {

Exit join(const JoinOptions& options, World& world);
/// --print-config: says how the next machine would join, and changes nothing.
Exit print_config(const JoinOptions& options, World& world);
Exit leave(const LeaveOptions& options, World& world);
Exit status(const StatusOptions& options, World& world);
Exit doctor(const DoctorOptions& options, World& world);
Exit history(const HistoryOptions& options, World& world);
Exit agent(const AgentOptions& options, World& world);
Exit prepare(const PrepareOptions& options, World& world);
Exit version(Terminal& terminal);

}  // namespace onenode::cli
