// What is mounted where, without touching it: looking into a mount of a dead server never ends.
#pragma once

#include "nodeagent/host/host.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks {

struct Mount {
    std::string point{};
    std::string type{};  // ext4, nfs4, autofs, cgroup2, ...
    std::string source{};
    std::string options{};  // of the file system: "rw,cpu,cpuacct"
};

/// In the order of mounting; none where /proc is not there.
std::vector<Mount> mounts(const HostView& host);
/// What a path lies on; a later mount hides an earlier one.
std::optional<Mount> mount_of(const std::vector<Mount>& mounts, std::string_view path);

/// The directory itself, or something below it.
bool is_at_or_below(std::string_view path, std::string_view directory);
/// Another machine serves it.
bool is_remote(std::string_view type);

/// What "\040" stands for in mountinfo and fstab.
std::string unescaped(std::string_view text);

}  // namespace onenode::checks
