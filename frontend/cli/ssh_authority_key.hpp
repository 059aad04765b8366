// The private half of the SSH host CA, in the signer's directory.
#pragma once

#include "common/secret.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/state_paths.hpp"

#include <chrono>

namespace onefrontend::cli {

/// Reads it; makes it where this cloud has none. Refuses where another replica has one that is not here.
Async<Result<one::Secret>> keep_ssh_authority(Cloud& cloud, StatePaths paths, Owner signing,
                                              std::chrono::system_clock::time_point now);

}  // namespace onefrontend::cli
