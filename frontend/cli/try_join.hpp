// onefrontend try-join: whether a machine could enroll, by playing one.
#pragma once

#include "frontend/cli/exit.hpp"
#include "frontend/cli/terminal.hpp"

#include <string>

namespace onefrontend::cli {

struct Options;

/// Everything that it made is taken back, also where a step fails or somebody interrupts it.
one::Result<Exit> run_try_join(const Options& options, const std::string& one_auth, Terminal& terminal);

}  // namespace onefrontend::cli
