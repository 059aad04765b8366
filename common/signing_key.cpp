// RFC 9580: armor (6), packets (4), key fingerprints (5.5.4).
#include "common/signing_key.hpp"

#include "common/text/encoding.hpp"
#include "common/text/printable.hpp"
#include "common/text/words.hpp"

#include <openssl/evp.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace one {
namespace {

constexpr std::size_t largest_file = 64 * 1024;  // as it is armored, too: so it is sent, and read once more
constexpr std::string_view begin_public = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
constexpr std::string_view end_public = "-----END PGP PUBLIC KEY BLOCK-----";
constexpr std::string_view begin_secret = "-----BEGIN PGP PRIVATE KEY BLOCK-----";
constexpr std::string_view begin_any = "-----BEGIN PGP ";
constexpr std::size_t line_width = 64;

enum Tag : unsigned {
    signature = 2,
    secret_key = 5,
    public_key = 6,
    secret_subkey = 7,
    marker = 10,
    trust = 12,
    user_id = 13,
    public_subkey = 14,
    user_attribute = 17,
    padding = 21,
};

Failure bad(std::string reason)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = "the signing key",
                 .reason = std::move(reason),
                 .next = "export it once more: gpg --armor --export FINGERPRINT",
                 .doing = "read"});
}

Failure is_secret()
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = "the signing key",
                 .reason = "it is a secret key, which must never leave its owner",
                 .next = "take that file away from here, and give the public key: gpg --armor --export FINGERPRINT",
                 .doing = "read"});
}

std::uint8_t byte_at(std::string_view bytes, std::size_t place)
{
    return static_cast<std::uint8_t>(bytes[place]);
}

std::size_t number(std::string_view bytes)
{
    std::size_t value = 0;
    for (std::size_t place = 0; place < bytes.size(); ++place)
        value = value << 8 | byte_at(bytes, place);
    return value;
}

struct Packet {
    unsigned tag = 0;
    std::string_view body{};
};

struct Length {
    std::size_t header = 0;  // bytes that tell it
    std::size_t value = 0;
};

// Of unknown length (old) or in parts (new): only data is ever written so, no key.
Result<Length> old_length(unsigned kind, std::string_view rest)
{
    constexpr std::array<std::size_t, 3> sizes{1, 2, 4};
    if (kind >= sizes.size() || rest.size() < sizes[kind]) return bad("a packet in it tells no length");
    return Length{sizes[kind], number(rest.substr(0, sizes[kind]))};
}

Result<Length> new_length(std::string_view rest)
{
    const std::size_t first = rest.empty() ? 255 : byte_at(rest, 0);
    if (first < 192) return Length{1, first};
    if (first < 224 && rest.size() >= 2) return Length{2, (first - 192) * 256 + byte_at(rest, 1) + 192};
    if (first == 255 && rest.size() >= 5) return Length{5, number(rest.substr(1, 4))};
    return bad("a packet in it tells no length");
}

Result<Packet> take_packet(std::string_view& bytes)
{
    const unsigned first = byte_at(bytes, 0);
    if ((first & 0x80U) == 0) return bad("it is no OpenPGP key");
    const bool is_new = (first & 0x40U) != 0;
    bytes.remove_prefix(1);
    TRY_LET(const auto length, is_new ? new_length(bytes) : old_length(first & 3U, bytes));
    bytes.remove_prefix(length.header);
    if (length.value > bytes.size()) return bad("it ends too early");
    const Packet packet{is_new ? first & 0x3fU : first >> 2U & 0xfU, bytes.substr(0, length.value)};
    bytes.remove_prefix(length.value);
    return packet;
}

std::string digest(const EVP_MD* kind, std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), result.data(), &size, kind, nullptr) != 1) return {};
    std::string text;
    for (unsigned place = 0; place < size; ++place)
        text += fmt::format("{:02X}", result[place]);
    return text;
}

Result<std::string> fingerprint_of(std::string_view body)
{
    const int version = body.empty() ? 0 : byte_at(body, 0);
    const auto size = body.size();
    std::string hashed;
    const auto add_size = [&](unsigned octets) {
        for (unsigned shift = octets * 8; shift > 0; shift -= 8)
            hashed += static_cast<char>(size >> (shift - 8) & 0xffU);
    };
    static_assert(largest_file <= 0x10000, "two octets tell the size of what a file holds");
    if (version == 4) {
        hashed = '\x99';
        add_size(2);
    } else if (version == 6) {
        hashed = '\x9b';
        add_size(4);
    } else {
        return bad(fmt::format("it is of version {}, and only 4 and 6 are known", version));
    }
    hashed += body;
    auto text = digest(version == 4 ? EVP_sha1() : EVP_sha256(), hashed);
    if (text.empty()) return bad("this machine's OpenSSL does not compute its fingerprint");
    return text;
}

bool belongs_to_a_key(unsigned tag)
{
    constexpr std::array others{Tag::signature,      Tag::marker,        Tag::trust,  Tag::user_id,
                                Tag::user_attribute, Tag::public_subkey, Tag::padding};
    return std::ranges::find(others, tag) != others.end();
}

// A line of base64 before the blank one would be a header, and after the checksum's '=' comes nothing.
Result<std::string> without_armor(std::string_view text)
{
    if (text.find(begin_secret) != std::string_view::npos) return is_secret();
    const auto begin = text.find(begin_public);
    if (begin == std::string_view::npos) return bad("it holds no public key");
    const auto end = text.find(end_public, begin);
    if (end == std::string_view::npos) return bad("it ends too early");
    if (text.find(begin_any, begin + 1) != std::string_view::npos)
        return bad("it holds several blocks, and apt reads only the first");
    std::string letters;
    bool in_body = false;  // after the blank line that ends the headers
    bool first = true;     // the rest of the line that begins the block
    for (const auto& line : split_lines(text.substr(begin + begin_public.size(), end - begin - begin_public.size()))) {
        const auto words = trim(line);
        if (in_body && words.starts_with('=')) break;
        if (in_body)
            letters += words;
        else
            in_body = words.empty() && !std::exchange(first, false);
    }
    auto bytes = from_base64(letters);
    if (!bytes) return bad(bytes.error().reason);
    return *std::move(bytes);
}

std::uint32_t checksum(std::string_view bytes)  // rpm reads no armor without it
{
    std::uint32_t crc = 0xb704ce;
    for (std::size_t place = 0; place < bytes.size(); ++place) {
        crc ^= static_cast<std::uint32_t>(byte_at(bytes, place)) << 16U;
        for (int bit = 0; bit < 8; ++bit) {
            crc <<= 1U;
            if ((crc & 0x1000000U) != 0) crc ^= 0x1864cfbU;
        }
    }
    return crc & 0xffffffU;
}

std::string with_armor(std::string_view bytes)
{
    std::string text = fmt::format("{}\n\n", begin_public);
    const auto letters = to_base64(bytes);
    for (std::size_t place = 0; place < letters.size(); place += line_width)
        text += letters.substr(place, line_width) + '\n';
    const auto crc = checksum(bytes);
    const std::string three{static_cast<char>(crc >> 16U & 0xffU), static_cast<char>(crc >> 8U & 0xffU),
                            static_cast<char>(crc & 0xffU)};
    return text + fmt::format("={}\n{}\n", to_base64(three), end_public);
}

}  // namespace

Result<SigningKeys> read_signing_keys(std::string_view file)
{
    if (file.empty()) return bad("it is empty");
    if (file.size() > largest_file) return bad("it is larger than 64 KiB");
    std::string bytes{file};
    if ((byte_at(file, 0) & 0x80U) == 0) {
        TRY_LET(bytes, without_armor(file));
    }
    SigningKeys read;
    std::string_view rest = bytes;
    while (!rest.empty()) {
        TRY_LET(const auto packet, take_packet(rest));
        if (packet.tag == Tag::secret_key || packet.tag == Tag::secret_subkey) return is_secret();
        if (packet.tag == Tag::public_key) {
            TRY_LET(auto fingerprint, fingerprint_of(packet.body));
            read.keys.push_back({.fingerprint = std::move(fingerprint)});
        } else if (!belongs_to_a_key(packet.tag) || (read.keys.empty() && packet.tag != Tag::marker)) {
            return bad(fmt::format("a packet in it is none of a public key (tag {})", packet.tag));
        }
        if (packet.tag == Tag::user_id && read.keys.back().user.empty())
            read.keys.back().user = plain_line(packet.body);
    }
    if (read.keys.empty()) return bad("it holds no public key");
    read.armored = with_armor(bytes);
    if (read.armored.size() > largest_file) return bad("it is larger than 64 KiB once it is armored");
    return read;
}

}  // namespace one
