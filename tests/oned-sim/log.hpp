// A log file of the front-end, line by line as OpenNebula writes it: "Fri Nov 20 20:53:47 2026 [Z0][HMM][W]: text".
#pragma once

#include "tests/oned-sim/clock.hpp"

#include <mutex>
#include <string>
#include <string_view>

namespace onedsim {

class FrontLog {
public:
    /// An empty path swallows every line.
    FrontLog(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}

    void error(std::string_view module, std::string_view text) { write(module, 'E', text); }
    void warning(std::string_view module, std::string_view text) { write(module, 'W', text); }
    void info(std::string_view module, std::string_view text) { write(module, 'I', text); }
    void debug(std::string_view module, std::string_view text) { write(module, 'D', text); }

private:
    void write(std::string_view module, char level, std::string_view text);

    std::string path_;
    const Clock& clock_;
    std::mutex mutex_{};
};

}  // namespace onedsim
