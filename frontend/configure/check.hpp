// Whether settings make sense together, and whether what was rendered of them would work.
#pragma once

#include "frontend/configure/render.hpp"

#include <vector>

namespace onefrontend::configure {

struct Verdict {
    std::vector<one::Error> errors{};
    std::vector<one::Error> warnings{};
};

/// Looks at the settings alone.
Verdict check_settings(const Settings& settings);

/// Looks at oned.conf and monitord.conf as they would be: what came through `config` counts, too.
Verdict check_rendered(const Settings& settings, const Texts& files);

}  // namespace onefrontend::configure
