// onefrontend ca
#pragma once

#include "frontend/cli/admin.hpp"
#include "frontend/cli/rotation.hpp"

namespace onefrontend::cli {

/// How far a rotation is, and by what the CA is known.
Async<Result<Exit>> ca_status(Admin& admin);
/// To a CA that is made, or to the given one.
Async<Result<Exit>> ca_rotate(Admin& admin, bool finish_now, AuthorityFiles given = {});
Async<Result<Exit>> ca_export(Admin& admin, std::string file);
Async<Result<Exit>> ca_import(const Config& config, Cloud& cloud, Terminal& terminal, std::string file);

Result<Exit> run_ca_import(const Config& config, Terminal& terminal, const std::string& file);

}  // namespace onefrontend::cli
