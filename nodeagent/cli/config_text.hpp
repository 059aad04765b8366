// The part of TOML that the file of --config is written in: `key = value` a line, where a value is a text in quotes, a
// list of such texts, true or false. Comments start with #.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode::cli {

struct Setting {
    std::string key{};
    std::vector<std::string> values{};  // one, but for a list
    bool in_quotes = false;             // else it is true or false
    bool is_list = false;
    bool operator==(const Setting&) const = default;
};

/// The error names the line.
one::Result<std::vector<Setting>> read_settings(std::string_view text);
/// A text as `read_settings` reads it.
std::string in_quotes(std::string_view text);

}  // namespace onenode::cli
