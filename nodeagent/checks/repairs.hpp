// What the fixes of several checks are made of (onenode doctor --fix).
#pragma once

#include "nodeagent/core/change.hpp"
#include "nodeagent/core/distribution.hpp"
#include "nodeagent/steps/drop_ins.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks {

using steps::sysctl_drop_in;

/// Units started with the machine from now on, as `systemctl enable` links them. Nothing where systemd does not run, or
/// one of them is masked or not there: somebody wanted that.
Changes switch_on(const HostView& host, const std::vector<std::string>& units, const std::string& why);

/// What has to be there before this path can be written.
Changes missing_directories(const HostView& host, std::string_view path, const std::string& why);

/// These bits instead of its own; owner and group stay.
Change with_mode(std::string path, const FileInfo& info, std::uint32_t mode, std::string why);

}  // namespace onenode::checks
