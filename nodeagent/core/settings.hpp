// Lines that count and settings of other people's files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

/// The lines that are neither empty nor a comment (#), trimmed.
std::vector<std::string> active_lines(std::string_view text);

enum class Counts { first, last };  // of several lines with the same key

/// `key = value`, with or without quotes. Nothing where it is not set.
std::optional<std::string> setting_in(std::string_view text, std::string_view key, Counts counts = Counts::last);

}  // namespace onenode
