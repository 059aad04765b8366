// Small ways of reading other people's files: lines that count, settings, numbers of /proc/sys and /sys.
#pragma once

#include "nodeagent/host/host.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks {

/// The lines that are neither empty nor a comment (#), trimmed.
std::vector<std::string> active_lines(std::string_view text);

enum class Counts { first, last };  // of several lines with the same key

/// `key = value`, with or without quotes. Nothing where it is not set.
std::optional<std::string> setting_in(std::string_view text, std::string_view key, Counts counts = Counts::last);

/// The number at the beginning of a file; nothing where there is none.
std::optional<long long> number_in(const HostView& host, std::string_view path);
std::optional<long long> number_of(std::string_view text);

/// A file's first word; empty where there is none.
std::string word_in(const HostView& host, std::string_view path);

/// Files of drop-in directories by name, a later directory hiding an earlier one's files: "/usr/lib/x.d", "/etc/x.d".
std::vector<std::string> drop_ins(const HostView& host, const std::vector<std::string>& directories,
                                  std::string_view ending = ".conf");

}  // namespace onenode::checks
