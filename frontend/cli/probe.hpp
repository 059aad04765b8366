// onefrontend ready, onefrontend live: what an orchestrator or a supervisor asks again and again.
#pragma once

#include "frontend/cli/options.hpp"
#include "frontend/cli/terminal.hpp"
#include "frontend/config.hpp"

namespace onefrontend::cli {

one::Result<Exit> run_probe(const Options& options, const Config& config, Terminal& terminal);

}  // namespace onefrontend::cli
