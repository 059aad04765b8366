// onefrontend ca
#pragma once

#include "frontend/cli/admin.hpp"

namespace onefrontend::cli {

/// How far a rotation is, and by what the CA is known.
Async<Result<Exit>> ca_status(Admin& admin);
Async<Result<Exit>> ca_rotate(Admin& admin, bool finish_now);
Async<Result<Exit>> ca_export(Admin& admin, std::string file);
Async<Result<Exit>> ca_import(const Config& config, Cloud& cloud, Terminal& terminal, std::string file);

Result<Exit> run_ca_import(const Config& config, Terminal& terminal, const std::string& file);

}  // namespace onefrontend::cli
