// Bytes as text: base64 (strict), base64url without padding, lower-case hex.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>

namespace one {

std::string to_base64(std::string_view bytes);
Result<std::string> from_base64(std::string_view text);
std::string to_base64url(std::string_view bytes);
Result<std::string> from_base64url(std::string_view text);
std::string to_hex(std::string_view bytes);

/// SHA-256, 32 raw bytes.
std::string sha256(std::string_view bytes);

/// Bytes from the system's random source; ends the program where there is none.
std::string random_bytes(std::size_t count);

}  // namespace one
