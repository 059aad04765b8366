// Deeds of whoever runs a verb on the front-end itself, as an account of the machine and no user of OpenNebula.
#pragma once

#include "frontend/cli/teller.hpp"
#include "frontend/config.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onefrontend::cli {

/// One line in the audit log; it is done already, so where that cannot be written it is a warning. Where nothing was
/// ever enrolled there is no audit log.
void tell_audit(const Config& config, Teller& out, std::string_view event,
                std::vector<std::pair<std::string, std::string>> fields);

}  // namespace onefrontend::cli
