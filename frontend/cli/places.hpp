// Where init and the verbs of the CA make files, and whose those are.
#pragma once

#include "frontend/config.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/state_paths.hpp"

#include <chrono>

namespace onefrontend::cli {

inline constexpr std::chrono::hours authority_life{24 * 3650};

struct Places {
    StatePaths paths;
    Owner serving;
    Owner signing;
};

/// An error for who may not make files of these accounts.
one::Result<Places> find_places(const Config& config);

}  // namespace onefrontend::cli
