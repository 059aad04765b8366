// What the command line of oned-sim says.
#pragma once

#include "tests/oned-sim/monitor/settings.hpp"
#include "tests/oned-sim/objects/world.hpp"

#include <string>
#include <variant>
#include <vector>

namespace onedsim {

struct Options {
    std::string listen = "127.0.0.1";
    int port = 2633;
    std::string auth_file{};  // one_auth: "oneadmin:PASSWORD", written where it is missing
    std::string log_directory{};
    std::string state_directory{};
    std::string version = "7.4.0";
    std::string hostname{};  // shown in the zone's endpoint; empty: localhost
    std::string control_path{};
    std::vector<NewUser> users{};
    MonitorSettings monitor{};
    DriverSettings driver{};
};

/// Options to run with, or the exit code of a program that has said all there is to say.
std::variant<Options, int> parse_options(int argc, char** argv);

}  // namespace onedsim
