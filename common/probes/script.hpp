// The script that runs OpenNebula's probes once, as its monitoring client would, and reports each.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace one::probes {

struct Host {
    std::string remote_scripts_dir{};  // the probes are below its im/
    std::string type{};
    std::string id{};
    std::string name{};
    std::string configuration_xml{};  // what probes get on standard input, in one line
};

inline constexpr std::chrono::seconds limit_each{20};

struct Run {
    std::string category{};  // host/system, ...
    std::string file{};
    int exit_code = 0;  // 124: it did not end within limit_each
    std::chrono::milliseconds took{0};
    std::string words{};  // the telling line of its standard error
    bool operator==(const Run&) const = default;
};

struct Runs {  // in the order in which OpenNebula runs them: it stops at the first that fails
    std::vector<Run> runs{};
    bool complete = false;
};

/// For `sh`. Categories run side by side, the probes of each in the order of their names.
std::string script(const Host& host);

Runs parse(std::string_view output);

}  // namespace one::probes
