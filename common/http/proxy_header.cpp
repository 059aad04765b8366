// haproxy.org/download/2.9/doc/proxy-protocol.txt: a line of text, or a block of bytes.
#include "common/http/proxy_header.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace one::http {
namespace {

constexpr std::string_view signature{"\r\n\r\n\0\r\nQUIT\n", 12};  // of version 2
constexpr std::string_view word = "PROXY ";                        // of version 1
constexpr std::size_t shortest_line = 15;                          // "PROXY UNKNOWN\r\n"
constexpr std::size_t longest_line = 107;
constexpr std::size_t block_head = 16;
constexpr std::size_t longest_block = 2048;  // addresses, and what some balancers add about TLS and themselves

Failure no_header(std::string reason)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = "the PROXY header",
                 .reason = std::move(reason),
                 .next = "let the load balancer send it (version 1 or 2), or take it out of proxy_peers",
                 .doing = "read"});
}

bool begins_alike(std::string_view text, std::string_view mark)
{
    const auto size = std::min(text.size(), mark.size());
    return text.substr(0, size) == mark.substr(0, size);
}

std::size_t byte_at(std::string_view text, std::size_t at)
{
    return static_cast<unsigned char>(text[at]);
}

Result<std::size_t> line_wants(std::string_view begun)
{
    const auto end = begun.find('\n');
    if (end != std::string_view::npos && end + 1 == begun.size() && begun.ends_with("\r\n")) return 0;
    if (end != std::string_view::npos) return no_header("its line ends where it must not");
    if (begun.size() >= longest_line) return no_header("its line has no end");
    return 1;
}

Result<std::size_t> block_wants(std::string_view begun)
{
    if (begun.size() < block_head) return block_head - begun.size();
    const auto rest = byte_at(begun, 14) * 256 + byte_at(begun, 15);
    if (rest > longest_block) return no_header("it is larger than 2048 bytes");
    if (begun.size() > block_head + rest) return no_header("more came than belongs to it");
    return block_head + rest - begun.size();
}

std::optional<std::string> same_address(int family, std::string_view text)
{
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(family, std::string{text}.c_str(), bytes.data()) != 1) return std::nullopt;
    return std::string{text};
}

Result<Proxied> read_line(std::string_view line)
{
    line.remove_suffix(2);
    const auto words = split_words(line);
    if (words.size() >= 2 && words[1] == "UNKNOWN") return Proxied{};
    if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6") || join(words, " ") != line)
        return no_header("its line is not of the form PROXY TCP4 FROM TO PORT PORT");
    const int family = words[1] == "TCP4" ? AF_INET : AF_INET6;
    const auto from = same_address(family, words[2]);
    const auto to = same_address(family, words[3]);
    const auto port = to_number<int>(words[4]);
    if (!from || !to || !port || *port < 0 || *port > 65535 || !to_number<std::uint16_t>(words[5]))
        return no_header("its line holds no two addresses and ports");
    return Proxied{.address = *from, .port = *port, .local_address = *to};
}

std::string spelled(int family, std::string_view bytes)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family, bytes.data(), text.data(), text.size());
    return text.data();
}

Result<Proxied> read_block(std::string_view block)
{
    constexpr std::size_t version_2 = 0x20;
    const auto command = byte_at(block, 12);
    if (command == version_2) return Proxied{};  // LOCAL
    if (command != version_2 + 1) return no_header("it is of another version, or its command is none");
    const auto family = byte_at(block, 13);
    if (family != 0x11 && family != 0x21) return Proxied{};  // neither TCP over IPv4 nor over IPv6
    const int spoken = family == 0x11 ? AF_INET : AF_INET6;
    const std::size_t size = family == 0x11 ? 4 : 16;
    const auto rest = block.substr(block_head);
    if (rest.size() < 2 * size + 4) return no_header("it is too short for its addresses");
    return Proxied{.address = spelled(spoken, rest.substr(0, size)),
                   .port = static_cast<int>(byte_at(rest, 2 * size) * 256 + byte_at(rest, 2 * size + 1)),
                   .local_address = spelled(spoken, rest.substr(size, size))};
}

}  // namespace

Result<std::size_t> proxy_header_wants(std::string_view begun)
{
    const bool is_block = begins_alike(begun, signature);
    if (!is_block && !begins_alike(begun, word)) return no_header("something else came");
    if (begun.size() < shortest_line) return shortest_line - begun.size();
    return is_block ? block_wants(begun) : line_wants(begun);
}

Result<Proxied> read_proxy_header(std::string_view whole)
{
    TRY_LET(const auto missing, proxy_header_wants(whole));
    if (missing > 0) return no_header("it breaks off");
    return whole.starts_with(word) ? read_line(whole) : read_block(whole);
}

}  // namespace one::http
