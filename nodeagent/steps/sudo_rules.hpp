// What OpenNebula's drivers run through sudo on a node, read from OpenNebula 7.4.0 (share/pkgs/sudoers).
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace onenode::steps {

struct SudoAlias {
    std::string_view name;  // after ONENODE_: the package's own aliases (ONE_...) may be defined beside ours
    std::string_view commands;
};

/// The text of our sudoers file for a node of this type (kvm, qemu, lxc).
std::string sudo_rules(std::string_view type);

}  // namespace onenode::steps
