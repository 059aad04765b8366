// Which of libvirt's two forms this machine has: one daemon (libvirtd), or one for each driver (virtqemud).
#pragma once

#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/distribution.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace onenode::checks {

bool is_libvirt_installed(const HostView& host);
/// The daemon's sockets switched on, unmasked before where somebody masked them.
std::string start_libvirt(const HostView& host);

/// A socket that nobody serves any more hides the daemon that does: clients prefer virtqemud's.
bool has_stale_socket(const Facts& facts, const HostView& host);
bool runs(const HostView& host, std::string_view program);

/// As the step of guests sees this machine.
Facts seen(const Facts& facts, const HostView& host);

/// Nothing where it is not set: libvirt's own value counts.
std::optional<std::string> qemu_setting(const HostView& host, std::string_view key);
/// Whom guests run as.
std::string qemu_user(const HostView& host);
/// A restart for what stands in libvirt's files; guests go on running.
std::string restart_libvirt(const HostView& host);
/// After the command: why --fix leaves it to a person while guests run, and how it does not. Empty where none runs.
std::string under_guests(const Facts& facts);

}  // namespace onenode::checks
