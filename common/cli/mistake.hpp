// What is wrong with a command line, told without repeating what may be a secret.
#pragma once

#include <CLI/App.hpp>

#include <string>

namespace one {

/// One sentence. CLI11's own would repeat words it did not understand, and a pasted token may be among them.
std::string mistake_in(const CLI::App& app, const CLI::ParseError& error);

/// The next action: "onenode join --help shows what there is", of the verb that was given.
std::string help_for(const CLI::App& app);

}  // namespace one
