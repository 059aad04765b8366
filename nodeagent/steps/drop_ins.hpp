// Settings of the kernel, and modules loaded with the machine, in files of ours beside those of others.
#pragma once

#include "nodeagent/core/change.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode::steps {

/// It comes after everybody else's: the last one counts.
WriteFile sysctl_drop_in(std::string_view name, const std::vector<std::string>& lines, std::string why);
WriteFile modules_drop_in(std::string_view name, const std::vector<std::string>& modules, std::string why);
/// "nbd nbds_max=256"
WriteFile module_options_drop_in(std::string_view name, const std::vector<std::string>& options, std::string why);

}  // namespace onenode::steps
