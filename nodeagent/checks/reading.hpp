// Small ways of reading other people's files: settings, numbers of /proc/sys and /sys, drop-ins.
#pragma once

#include "nodeagent/core/settings.hpp"
#include "nodeagent/host/host.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks {

/// The number at the beginning of a file; nothing where there is none.
std::optional<long long> number_in(const HostView& host, std::string_view path);
std::optional<long long> number_of(std::string_view text);

/// A file's first word; empty where there is none.
std::string word_in(const HostView& host, std::string_view path);

/// Files of drop-in directories by name, a later directory hiding an earlier one's files: "/usr/lib/x.d", "/etc/x.d".
std::vector<std::string> drop_ins(const HostView& host, const std::vector<std::string>& directories,
                                  std::string_view ending = ".conf");

}  // namespace onenode::checks
