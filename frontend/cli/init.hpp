// onefrontend init: the CA, the service's certificate, and the place of both.
#pragma once

#include "frontend/cli/exit.hpp"
#include "frontend/cli/rotation.hpp"
#include "frontend/cli/terminal.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/cloud.hpp"

namespace onefrontend::cli {

/// May be run again, and may be killed anywhere: what is there and right stays.
Async<Result<Exit>> init(const Config& config, Cloud& cloud, Terminal& terminal, AuthorityFiles files = {});
Result<Exit> run_init(const Config& config, Terminal& terminal, const AuthorityFiles& files);

}  // namespace onefrontend::cli
