// From a parsed command line to the verb.
#pragma once

#include "nodeagent/cli/options.hpp"
#include "nodeagent/cli/world.hpp"

namespace onenode::cli {

Exit run(const CommandLine& line, World& world);

}  // namespace onenode::cli
