// What SELinux has to be told so that guests may use their disks, part by part: the step wants all of it, a check names
// what is missing.
#pragma once

#include "nodeagent/core/mounts.hpp"
#include "nodeagent/core/step.hpp"

#include <string_view>
#include <vector>

namespace onenode::steps {

inline constexpr std::string_view image_type = "virt_image_t";
inline constexpr std::string_view semanage = "/usr/sbin/semanage";

struct LockedOut {  // guests, of what is mounted there
    Mount mount{};
    std::string_view boolean{};  // that is off
};

/// One for each boolean, by the first of the mounts.
std::vector<LockedOut> locked_out(const Facts& facts);
/// The machine has no rule for its datastores, or somebody's other one; nothing where its policy is not "targeted".
bool lacks_datastores_rule(const Facts& facts);

Changes want_booleans(const Facts& facts);
/// Where semanage is installed. A rule that somebody made stays.
Changes want_datastores_rule(const Facts& facts);

}  // namespace onenode::steps
