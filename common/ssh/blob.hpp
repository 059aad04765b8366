// The bytes inside SSH's base64: fields with their length in front, numbers of fixed size (RFC 4251, section 5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace one::ssh {

/// Nothing where the bytes end before the field does.
std::optional<std::string_view> take_field(std::string_view& bytes);
std::optional<std::uint32_t> take_uint32(std::string_view& bytes);
std::optional<std::uint64_t> take_uint64(std::string_view& bytes);

std::string field(std::string_view bytes);
std::string uint32_bytes(std::uint32_t number);
std::string uint64_bytes(std::uint64_t number);

}  // namespace one::ssh
