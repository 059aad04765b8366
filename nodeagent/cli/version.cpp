// The version, and nothing else: this verb needs no world, and has to start in a few milliseconds.
#include "nodeagent/cli/verbs.hpp"

#include "commit.hpp"  // made by cmake/commit.cmake

#include <string>
#include <string_view>

namespace onenode::cli {
namespace {

constexpr const char* sentence = "onenode " ONENODE_VERSION;

}  // namespace

Exit version(Terminal& terminal)
{
    constexpr std::string_view commit = ONENODE_COMMIT;  // empty: not known
    const Detail number{"version", ONENODE_VERSION};
    const Detail type{"build_type", ONENODE_BUILD_TYPE};
    if (commit.empty())
        terminal.finish("version", "ok", sentence, Exit::ok, {number, type});
    else
        terminal.finish("version", "ok", sentence, Exit::ok, {number, {"commit", std::string{commit}}, type});
    return Exit::ok;
}

}  // namespace onenode::cli
