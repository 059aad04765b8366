// The version, and nothing else: this verb needs no world, and has to start in a few milliseconds.
#include "nodeagent/cli/verbs.hpp"

#include "common/cli/build.hpp"

#include <string>

namespace onenode::cli {

Exit version(Terminal& terminal)
{
    const auto& build = one::this_build;
    const auto sentence = std::string{"onenode "} + build.version;
    const Detail number{"version", build.version};
    const Detail commit{"commit", build.commit};
    const Detail type{"build_type", build.type};
    if (*build.commit == '\0')
        terminal.finish("version", "ok", sentence, Exit::ok, {number, type});
    else
        terminal.finish("version", "ok", sentence, Exit::ok, {number, commit, type});
    return Exit::ok;
}

}  // namespace onenode::cli
