// Whether OpenNebula runs on what is to be restored, and whether something is there already.
#pragma once

#include "frontend/backup/front_end.hpp"

namespace onefrontend::backup {

/// An error where somebody else has the database open.
one::Result<> refuse_in_use(const bootstrap::Client& client);

/// What makes it a front-end already: "its database has users"; empty where it is none.
one::Result<std::string> found_already(const bootstrap::Client& client, const std::string& state_dir);

}  // namespace onefrontend::backup
