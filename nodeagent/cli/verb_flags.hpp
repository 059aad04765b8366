// The flags of each verb: what the help shows of them, and where they go.
#pragma once

#include "nodeagent/cli/options.hpp"

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace onenode::cli {

/// What is parsed goes into `line`; the time of --wait, good in its form, into `wait`.
void add_verbs(CLI::App& app, CommandLine& line, std::string& wait);
bool is_verb(std::string_view word);

}  // namespace onenode::cli
