// What apt-get and dnf print, read for what a join has to know. Pure.
#pragma once

#include "nodeagent/core/packages.hpp"
#include "nodeagent/core/repository.hpp"

namespace onenode::packages {

/// Of `apt-cache madison`: "opennebula-node-kvm | 7.4.0-1 | https://... Packages".
std::vector<std::string> versions_of_madison(std::string_view text);
/// Of `apt-get --simulate`: "Inst libvirt0 [9.0.0-4] (9.0.0-5 ...)", "Remv name [...]", and its list of what gets older.
Effects effects_in_simulation(std::string_view text);
/// Of `dnf --assumeno`: headings, and below each its packages.
Effects effects_in_table(std::string_view text);

/// Why it did not work, in the tool's own words, and what a person does about it.
Error complaint_about(const InstallPackages& change, const CommandOutput& output);
Error complaint_about(const Source& source, const CommandOutput& output);

}  // namespace onenode::packages
