// Big-endian numbers and length-prefixed fields.
#include "common/ssh/blob.hpp"

#include <cstddef>

namespace one::ssh {
namespace {

std::optional<std::uint64_t> take_bytes(std::string_view& bytes, std::size_t count)
{
    if (bytes.size() < count) return {};
    std::uint64_t number = 0;
    for (const char byte : bytes.substr(0, count))
        number = (number << 8) | static_cast<unsigned char>(byte);
    bytes.remove_prefix(count);
    return number;
}

std::string big_endian(std::uint64_t number, std::size_t count)
{
    std::string bytes(count, '\0');
    for (auto at = count; at-- > 0; number >>= 8)
        bytes[at] = static_cast<char>(number & 0xff);
    return bytes;
}

}  // namespace

std::optional<std::string_view> take_field(std::string_view& bytes)
{
    const auto size = take_uint32(bytes);
    if (!size || *size > bytes.size()) return {};
    const auto field = bytes.substr(0, *size);
    bytes.remove_prefix(*size);
    return field;
}

std::optional<std::uint32_t> take_uint32(std::string_view& bytes)
{
    const auto number = take_bytes(bytes, 4);
    if (!number) return {};
    return static_cast<std::uint32_t>(*number);
}

std::optional<std::uint64_t> take_uint64(std::string_view& bytes)
{
    return take_bytes(bytes, 8);
}

std::string field(std::string_view bytes)
{
    return uint32_bytes(static_cast<std::uint32_t>(bytes.size())) + std::string{bytes};
}

std::string uint32_bytes(std::uint32_t number)
{
    return big_endian(number, 4);
}

std::string uint64_bytes(std::uint64_t number)
{
    return big_endian(number, 8);
}

}  // namespace one::ssh
