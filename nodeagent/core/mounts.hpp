// What is mounted where, as the kernel's list tells it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

inline constexpr std::string_view mount_list = "/proc/self/mountinfo";

struct Mount {
    std::string point{};
    std::string type{};  // ext4, nfs4, autofs, cgroup2, ...
    std::string source{};
    std::string options{};  // of the file system: "rw,cpu,cpuacct"
};

/// In the order of mounting.
std::vector<Mount> mounts_in(std::string_view text);
/// What a path lies on; a later mount hides an earlier one.
std::optional<Mount> mount_of(const std::vector<Mount>& mounts, std::string_view path);

/// The directory itself, or something below it.
bool is_at_or_below(std::string_view path, std::string_view directory);
/// Another machine serves it.
bool is_remote(std::string_view type);

/// What "\040" stands for in mountinfo and fstab.
std::string unescaped(std::string_view text);

}  // namespace onenode
