// What the fixes of several checks are made of (onenode doctor --fix).
#pragma once

#include "nodeagent/core/change.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks {

/// Settings of the kernel, in a file of ours that comes after everybody else's.
Changes sysctl_drop_in(std::string_view name, const std::vector<std::string>& lines, std::string why);

/// Units started with the machine from now on, as `systemctl enable` links them. Nothing where systemd does not run, or
/// one of them is masked or not there: somebody wanted that.
Changes switch_on(const HostView& host, const std::vector<std::string>& units, const std::string& why);

/// What has to be there before this path can be written.
Changes missing_directories(const HostView& host, std::string_view path, const std::string& why);

/// These bits instead of its own; owner and group stay.
Change with_mode(std::string path, const FileInfo& info, std::uint32_t mode, std::string why);

/// Where systemd does not run, nothing here could make a daemon read its files again.
bool has_systemd(const HostView& host);

/// What programs have to be told before these changes count, in order: sshd, systemd and the kernel read files once.
std::vector<Command> to_take_effect(const HostView& host, const Changes& changes);
/// The same for changes that were taken back; services that were started stay as they are.
std::vector<Command> to_lose_effect(const HostView& host, const Changes& changes);

}  // namespace onenode::checks
