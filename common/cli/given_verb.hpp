// Which verb a command line is about.
#pragma once

#include <CLI/App.hpp>

#include <string>
#include <vector>

namespace one {

/// The one of all that were given that is below the others; the program itself where none was.
const CLI::App& given_verb(const CLI::App& app);

/// As it is typed: "onefrontend token create".
std::string path_of(const CLI::App& verb);

/// Those that --help shows.
std::vector<const CLI::App*> shown_verbs(const CLI::App& app);

}  // namespace one
