// Pure: no name is looked up. A host name in an entry cannot match an address; the login proof has the last word.
#include "nodeagent/steps/sshd_patterns.hpp"

#include "common/text/number.hpp"

#include <arpa/inet.h>

#include <array>
#include <cstring>
#include <optional>
#include <string>

namespace onenode::steps {
namespace {

struct Address {
    std::array<unsigned char, 16> bytes{};
    unsigned bits = 0;
};

std::optional<Address> parse_address(std::string_view text)
{
    const std::string copy{text};
    Address address;
    if (::inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1)
        address.bits = 32;
    else if (::inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1)
        address.bits = 128;
    else
        return std::nullopt;
    return address;
}

bool is_in_network(std::string_view text, std::string_view network)
{
    const auto slash = network.find('/');
    const auto address = parse_address(text);
    const auto base = parse_address(network.substr(0, slash));
    const auto length = one::to_number<unsigned>(network.substr(slash + 1));
    if (!address || !base || address->bits != base->bits || !length || *length > base->bits) return false;
    const unsigned prefix = *length;
    if (std::memcmp(address->bytes.data(), base->bytes.data(), prefix / 8) != 0) return false;
    if (prefix % 8 == 0) return true;
    const auto mask = static_cast<unsigned char>(0xff00U >> (prefix % 8));
    return ((address->bytes[prefix / 8] ^ base->bytes[prefix / 8]) & mask) == 0;
}

}  // namespace

bool matches_pattern(std::string_view text, std::string_view pattern)
{
    // The last star seen takes one letter more whenever what follows does not fit.
    std::size_t letter = 0;
    std::size_t place = 0;
    std::size_t star = std::string_view::npos;
    std::size_t taken = 0;
    while (letter < text.size()) {
        if (place < pattern.size() && pattern[place] == '*') {
            star = place++;
            taken = letter;
        } else if (place < pattern.size() && (pattern[place] == '?' || pattern[place] == text[letter])) {
            ++place;
            ++letter;
        } else if (star != std::string_view::npos) {
            place = star + 1;
            letter = ++taken;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', place) == std::string_view::npos;
}

bool matches_user_entry(std::string_view user, std::string_view address, std::string_view entry)
{
    const auto at = entry.rfind('@');
    if (at == std::string_view::npos) return matches_pattern(user, entry);
    const auto host = entry.substr(at + 1);
    if (!matches_pattern(user, entry.substr(0, at))) return false;
    return host.find('/') != std::string_view::npos ? is_in_network(address, host) : matches_pattern(address, host);
}

}  // namespace onenode::steps
