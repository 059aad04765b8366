// Running a child: an argv with a limit, never a shell line.
#pragma once

#include "common/result.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace one {

struct Command {
    std::vector<std::string> argv{};
    std::string input{};      // given on standard input; empty: /dev/null
    std::string user{};       // run as this account, with its groups and a clean environment; empty: as we are
    std::string directory{};  // working directory; empty: "/"
    std::vector<std::pair<std::string, std::string>> environment{};  // added to PATH, LANG=C, HOME, USER
    std::chrono::milliseconds limit{5000};                           // then the whole process group is killed
    std::size_t output_limit = 64 * 1024;  // bytes kept of each stream; the rest is read and dropped

    bool operator==(const Command&) const = default;
};

struct CommandOutput {
    int exit_code = 0;  // 128 + n for a child that died of signal n
    std::string out{};
    std::string err{};

    [[nodiscard]] bool ok() const { return exit_code == 0; }
    bool operator==(const CommandOutput&) const = default;
};

/// An error only where the program could not be started or ran into its limit; a non-zero exit is an output.
Result<CommandOutput> run_command(const Command& command);

/// What a program complained of, in one line; "it ended with 3" where it said nothing.
std::string complaint_of(const CommandOutput& output);

/// The argv as a person may paste it into a shell.
std::string to_shell(const std::vector<std::string>& argv);

}  // namespace one
