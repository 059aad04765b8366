// What containers of OpenNebula's LXC driver need on a node, part by part: the step wants all of it, a check's fix the
// part that it looks at.
#pragma once

#include "nodeagent/core/step.hpp"

#include <array>
#include <string_view>

namespace onenode::steps {

// As the driver has it built in: one range for all containers.
constexpr long long first_container_id = 600100001;
constexpr long long container_ids = 65536;
constexpr std::array<std::string_view, 2> subid_files{"/etc/subuid", "/etc/subgid"};
constexpr std::string_view containers_directory = "/var/lib/lxc-one";
constexpr std::string_view user_namespaces = "/proc/sys/user/max_user_namespaces";

bool root_owns_container_ids(std::string_view subids);

Changes want_container_ids(const Facts& facts);
Changes want_container_modules(const Facts& facts);
Changes want_user_namespaces(const Facts& facts);

}  // namespace onenode::steps
