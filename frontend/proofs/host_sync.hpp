// OpenNebula's host synchronisation as it is done when a host is created, but with rsync's own words kept: OpenNebula
// throws them away and calls every failure `Could not update remotes`.
#pragma once

#include "common/command.hpp"
#include "frontend/config.hpp"
#include "frontend/proofs/finding.hpp"

#include <string>

namespace onefrontend {

struct HostSync {
    one::Result<one::CommandOutput> here{};  // mkdir: the quoting of OpenNebula's driver makes it run on the front-end
    one::Result<one::CommandOutput> rsync{};
};

HostSync sync_host(const Config& config, const std::string& name);

/// Pure. Id `host-sync`.
Finding judge_sync(const HostSync& sync, const Config& config, const std::string& name);

}  // namespace onefrontend
