// Names of packages on the families of distributions that OpenNebula supports.
#pragma once

#include "common/probes/programs.hpp"
#include "nodeagent/core/distribution.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks {

using one::probes::Package;

/// "apt install pciutils", with the tool and the name that this machine knows.
std::string install(const HostView& host, const Package& package);
/// The same for names that are this machine's already.
std::string install_named(const HostView& host, const std::vector<std::string>& names);

/// The names that this machine knows; none on a family that is not known.
std::vector<std::string> names_of(const HostView& host, const Package& package);

/// Root's apt, dpkg, dnf, ... that runs just now.
std::optional<Process> package_manager_at_work(const HostView& host);

/// Where a driver that logged in as oneadmin finds a program.
std::optional<std::string> find_for_drivers(const HostView& host, std::string_view name);

}  // namespace onenode::checks
