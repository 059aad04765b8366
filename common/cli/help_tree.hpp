// Everything that --help can say, for programs: man pages and completions are made of it.
#pragma once

#include <CLI/App.hpp>

#include <string>

namespace one {

/// A hidden verb of both programs; packaging/manual reads what it prints.
inline constexpr const char* help_tree_verb = "help-tree";

/// One JSON object: name, about, footer, options and verbs, each verb again such an object. What is hidden is left out.
std::string help_tree(const CLI::App& app);

}  // namespace one
