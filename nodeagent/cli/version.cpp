// The version, and nothing else: this verb needs no world, and has to start in a few milliseconds.
#include "nodeagent/cli/verbs.hpp"

namespace onenode::cli {

Exit version(Terminal& terminal)
{
    terminal.finish("version", "ok", "onenode " ONENODE_VERSION, Exit::ok, {{"version", ONENODE_VERSION}});
    return Exit::ok;
}

}  // namespace onenode::cli
