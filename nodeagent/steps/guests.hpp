// What guests under libvirt need of a node, part by part: the step wants all of it, a check's fix the part that it looks
// at.
#pragma once

#include "nodeagent/core/step.hpp"

#include <array>
#include <string>
#include <string_view>

namespace onenode::steps {

struct QemuSetting {
    std::string_view key;
    std::string_view value;
    std::string_view line;
};

// Disks are oneadmin's: QEMU runs as oneadmin, and libvirt does not give them to somebody else.
inline constexpr std::array qemu_settings{
    QemuSetting{"user", "oneadmin", "user = \"oneadmin\""},
    QemuSetting{"group", "oneadmin", "group = \"oneadmin\""},
    QemuSetting{"dynamic_ownership", "0", "dynamic_ownership = 0"},
};

constexpr std::string_view guest_profile = "/etc/apparmor.d/abstractions/libvirt-qemu";
constexpr std::string_view profile_addition = "/etc/apparmor.d/local/abstractions/libvirt-qemu";

/// Whether AppArmor judges libvirt's guests here.
bool uses_apparmor(const Facts& facts);
/// A rule for the directory or one above it: `/var/lib/one/datastores/** rwk,`.
bool lets_guests_write(std::string_view rules, std::string_view directory);

/// Only what nobody set: another value may be somebody's decision. And not while guests run: libvirt is restarted.
Changes want_qemu_settings(const Facts& facts);
Changes want_emulator_name(const Facts& facts);
/// Profiles are made when a guest starts: nothing has to be loaded anew, and what runs keeps its own.
Changes want_datastores_in_profile(const Facts& facts);

}  // namespace onenode::steps
