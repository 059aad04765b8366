// onefrontend serve and onefrontend signer: the two daemons.
#pragma once

#include "frontend/cli/exit.hpp"
#include "frontend/config.hpp"

namespace onefrontend::cli {

one::Result<Exit> run_serve(const Config& config);
one::Result<Exit> run_signer(const Config& config);

}  // namespace onefrontend::cli
