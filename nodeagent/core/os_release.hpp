// What the machine says of itself in os-release(5): the one reader of it.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <vector>

namespace onenode {

struct OsRelease {
    std::string id{};                     // "debian", "rhel"; empty where the machine does not tell
    std::vector<std::string> families{};  // ID_LIKE: what it counts itself to, the nearest first
    std::string version{};                // VERSION_ID
    bool operator==(const OsRelease&) const = default;
};

OsRelease os_release(const HostView& host);

}  // namespace onenode
