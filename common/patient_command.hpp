// Running what must not be cut in the middle: a package manager's transaction.
#pragma once

#include "common/command.hpp"

namespace one {

enum class Streams {
    files,  // who outlives us finds somebody to write to
    pipes,  // nobody reads any more once we are killed: for who writes only to complain
};

/// As run_command, but the child goes on where we are killed. At its limit, or at a signal that we
/// handle, it is asked to end, it alone and not what it started (dpkg under apt-get); only when `patience` is over, too,
/// is the whole group killed. Kind interrupted where a signal came; its handler has run by then.
Result<CommandOutput> run_patiently(const Command& command, std::chrono::milliseconds patience,
                                    Streams streams = Streams::files);

}  // namespace one
