// OpenNebula's account on a node, as its packages make it (7.4.0, also 6.10 to 7.2): the ids agree with shared storage.
#pragma once

#include <cstdint>
#include <string_view>

namespace onenode::oneadmin {

constexpr std::string_view name = "oneadmin";
constexpr std::uint32_t id = 9869;  // of the user and of the group
constexpr std::string_view home = "/var/lib/one";
constexpr std::string_view shell = "/bin/bash";
constexpr std::string_view ssh_directory = "/var/lib/one/.ssh";
constexpr std::string_view datastores = "/var/lib/one/datastores";  // where nobody named another place

}  // namespace onenode::oneadmin
