// Looking things up in requests and responses.
#include "common/http/message.hpp"

#include "common/text/letters.hpp"

#include <algorithm>

namespace one::http {
namespace {

std::string_view find_header(const std::vector<Header>& headers, std::string_view name)
{
    const auto found =
        std::ranges::find_if(headers, [&](const Header& header) { return same_in_any_case(header.first, name); });
    return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    const char letter = to_lower(c);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// %41 is A and + a space; a % that begins no pair of digits stands for itself.
std::string decode(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pair =
            text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (pair) {
            plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            plain += text[i] == '+' ? ' ' : text[i];
        }
    }
    return plain;
}

}  // namespace

std::string_view Request::path() const
{
    return std::string_view{target}.substr(0, target.find('?'));
}

std::string Request::query(std::string_view name) const
{
    const auto mark = target.find('?');
    if (mark == std::string::npos) return {};
    std::string_view rest = std::string_view{target}.substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        if (decode(pair.substr(0, equals)) == name)
            return equals == std::string_view::npos ? std::string{} : decode(pair.substr(equals + 1));
    }
    return {};
}

std::string_view Request::header(std::string_view name) const
{
    return find_header(headers, name);
}

std::string_view Response::header(std::string_view name) const
{
    return find_header(headers, name);
}

}  // namespace one::http
