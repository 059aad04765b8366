// SELinux, as setsebool and semanage change it and as the kernel and the policy's files tell it.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <string_view>

namespace onenode::selinux {

/// Holds "1" where it enforces, "0" where it only logs; absent where the kernel has it off.
inline constexpr std::string_view enforces = "/sys/fs/selinux/enforce";
/// The machine's own rules of which file gets which type, beside those of the policy. Red Hat's policy and Fedora's is
/// "targeted"; others are left to who chose them.
inline constexpr std::string_view own_rules = "/etc/selinux/targeted/contexts/files/file_contexts.local";

bool enforces_now(const HostView& host);

/// Holds its value and the one that waits to be committed: "0 0".
std::string file_of_boolean(std::string_view name);
/// Kind not_found where the policy does not know it.
Result<bool> boolean(const HostView& host, std::string_view name);
/// A rebuild of the policy: half a minute on a slow disk.
Result<> set_boolean(Host& host, const std::string& name, bool on);

/// "/var/lib/one/datastores(/.*)?", with what means something in a pattern escaped.
std::string pattern_of(std::string_view tree);
/// Of the own rule for exactly this tree; empty where there is none. `rules`: the text of `own_rules`.
std::string own_type_in(std::string_view rules, std::string_view tree);
std::string own_type(const HostView& host, std::string_view tree);
/// The text as it is once the tree has this type; empty: none of its own.
std::string with_own_type(std::string_view rules, std::string_view tree, std::string_view type);
/// The rule alone: what lies there gets its label by `relabel`. An empty type removes it.
Result<> set_own_type(Host& host, const std::string& tree, const std::string& type);

/// Labels of these files (and of all below this tree) as the rules say; fine where one is not there. Disks of guests
/// that run keep theirs: their type is one that restorecon leaves alone.
Command relabel(std::vector<std::string> paths);
Command relabel_tree(const std::string& tree);

}  // namespace onenode::selinux
