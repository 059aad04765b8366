// OpenNebula's attribute syntax, as in monitord.conf: NAME = value, NAME = [ NAME = value, ... ].
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onefrontend {

struct Attribute {
    std::string name{};   // upper case
    std::string value{};  // of a single value
    std::vector<std::pair<std::string, std::string>>
        pairs{};  // of a vector; a name that stands twice counts once, as first said
    bool is_vector = false;
    bool operator==(const Attribute&) const = default;
};

/// In the order of the file. The error names the line.
one::Result<std::vector<Attribute>> parse_attributes(std::string_view text);

/// The first attribute of this name; null where there is none.
const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view name);
/// A value inside a vector; empty where there is none.
std::string_view value_in(const Attribute& vector, std::string_view name);

}  // namespace onefrontend
