// What --help prints, for a screen of 80 columns.
#pragma once

#include <CLI/App.hpp>

#include <string>

namespace one {

/// Of the verb that was given. What is the same for every verb (a group of options with a name of its own) is one line there,
/// and explained by the program's own --help.
std::string help_text(const CLI::App& app);

}  // namespace one
