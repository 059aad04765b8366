// Base64 and hex by hand, because OpenSSL's decoder forgives what a checksum or a key line must not.
#include "common/text/encoding.hpp"

#include <openssl/sha.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace one {
namespace {

constexpr std::string_view standard_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes, std::string_view letters)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(byte);
        count += 8;
        for (; count >= 6; count -= 6)
            text += letters[(bits >> (count - 6)) & 63];
    }
    if (count > 0) text += letters[(bits << (6 - count)) & 63];
    return text;
}

Failure bad(std::string_view format, std::string_view reason)
{
    return fail(
        {.kind = ErrorKind::invalid, .thing = std::string{format}, .reason = std::string{reason}, .doing = "read"});
}

// Each byte string has exactly one text: left-over bits must be zero.
Result<std::string> decode(std::string_view text, std::string_view letters, std::string_view format)
{
    if (text.size() % 4 == 1) return bad(format, "a letter is missing at its end");
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char letter : text) {
        const auto value = letters.find(letter);
        if (value == std::string_view::npos) return bad(format, "it holds a letter that cannot stand there");
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>((bits >> count) & 255);
    }
    if ((bits & ((1U << count) - 1)) != 0) return bad(format, "its last letter is damaged");
    return bytes;
}

}  // namespace

std::string to_base64(std::string_view bytes)
{
    std::string text = encode(bytes, standard_letters);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

Result<std::string> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0) return bad("base64", "its length is not a multiple of four");
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
        text.remove_suffix(1);
    return decode(text, standard_letters, "base64");
}

std::string to_base64url(std::string_view bytes)
{
    return encode(bytes, url_letters);
}

Result<std::string> from_base64url(std::string_view text)
{
    return decode(text, url_letters, "base64url");
}

std::string to_hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        text += digits[static_cast<unsigned char>(byte) >> 4];
        text += digits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

std::string sha256(std::string_view bytes)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    return {digest.begin(), digest.end()};
}

std::string random_bytes(std::size_t count)
{
    std::string bytes(count, '\0');
    for (std::size_t have = 0; have < count;) {
        const auto got = ::getrandom(bytes.data() + have, count - have, 0);
        if (got > 0) {
            have += static_cast<std::size_t>(got);
        } else if (errno != EINTR) {  // guessable keys would be worse than none
            std::perror("the system has no random source");
            std::abort();
        }
    }
    return bytes;
}

}  // namespace one
