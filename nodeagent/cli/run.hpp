// From a parsed command line to the verb.
#pragma once

#include "nodeagent/cli/options.hpp"
#include "nodeagent/cli/world.hpp"

namespace onenode::cli {

Exit run(const CommandLine& line, World& world);

/// Its result is what it writes, and nothing else; not so where something is changed or the exit code answers.
bool only_tells(const CommandLine& line);

}  // namespace onenode::cli
