// argv to a CommandLine. Defaults < --config FILE < flags. No word of argv that might be a secret is ever repeated.
#pragma once

#include "nodeagent/cli/options.hpp"

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode::cli {

struct NoCommand {  // what to print instead of running
    Exit exit = Exit::usage;
    std::string text{};
    one::Error error{};  // the text, for programs; none with Exit::ok
};

/// Also of a command line that is not understood: who asked for JSON gets its refusal as JSON.
bool asks_for_json(const std::vector<std::string>& arguments);
/// Empty where none is given.
std::string verb_in(const std::vector<std::string>& arguments);

tl::expected<CommandLine, NoCommand> parse(const std::vector<std::string>& arguments);

/// Settings of `join` from a file: lines of `key = value` as TOML has them, the keys named like the flags.
one::Result<> read_config(std::string_view text, JoinOptions& options);
/// The settings in the same form; what is not set is left out.
std::string to_config(const JoinOptions& options);
/// Without what makes this machine this one, and without anybody to ask.
JoinOptions for_next_machine(JoinOptions options);

}  // namespace onenode::cli
