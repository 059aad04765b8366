// Whether a word is an address or a name.
#pragma once

#include <string>

namespace one {

/// IPv4 or IPv6, without port, brackets, prefix or zone.
bool is_address(const std::string& text);

}  // namespace one
