// Opens, appends and closes with every line, as OpenNebula does: a log that was moved away is created anew.
#include "tests/oned-sim/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <fstream>

namespace onedsim {

void FrontLog::write(std::string_view module, char level, std::string_view text)
{
    if (path_.empty()) return;
    const auto shown = text.substr(0, text.find('\0'));
    const std::lock_guard lock{mutex_};
    std::ofstream file{path_, std::ios::app};
    file << fmt::format("{:%a %b %e %H:%M:%S %Y} [Z0][{}][{}]: {}\n", fmt::localtime(clock_.now()), module, level,
                        shown);
}

}  // namespace onedsim
