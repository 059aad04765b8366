// Walks UTF-8 a character at a time; overlong forms and surrogates count as no UTF-8.
#include "common/text/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace one {
namespace {

struct Character {
    std::uint32_t code = 0;
    std::size_t size = 0;  // 0: no UTF-8
};

struct Form {
    unsigned char mask;
    unsigned char lead;
    std::uint32_t least;  // what needs so many bytes
};
constexpr std::array forms{Form{0x80, 0x00, 0}, Form{0xe0, 0xc0, 0x80}, Form{0xf0, 0xe0, 0x800},
                           Form{0xf8, 0xf0, 0x10000}};

Character first_of(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const auto form = std::ranges::find_if(forms, [&](const Form& each) { return (byte(0) & each.mask) == each.lead; });
    const auto size = static_cast<std::size_t>(form - forms.begin()) + 1;
    if (form == forms.end() || text.size() < size) return {};
    std::uint32_t code = byte(0) & ~std::uint32_t{form->mask};
    for (std::size_t at = 1; at < size; ++at) {
        if ((byte(at) & 0xc0) != 0x80) return {};
        code = (code << 6) | (byte(at) & 0x3f);
    }
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    if (code < form->least || code > 0x10ffff || surrogate) return {};
    return {.code = code, .size = size};
}

constexpr bool is_between(std::uint32_t code, std::uint32_t first, std::uint32_t last)
{
    return code >= first && code <= last;
}

bool steers(std::uint32_t code)
{
    const bool control = code < ' ' || is_between(code, 0x7f, 0x9f);
    const bool direction = code == 0x061c || is_between(code, 0x200e, 0x200f) || is_between(code, 0x2028, 0x202e) ||
                           is_between(code, 0x2066, 0x2069);
    return control || direction;
}

}  // namespace

std::string printable(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto [code, size] = first_of(text);
        const bool spacing = code == '\n' || code == '\t';
        if (size > 0 && (spacing || !steers(code)))
            result += text.substr(0, size);
        else
            result += '?';
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return result;
}

std::string plain_line(std::string_view text, std::size_t limit)
{
    std::string line;
    bool blank = false;
    for (const char letter : text) {
        if (line.size() >= limit) break;
        const bool visible = letter > ' ' && letter <= '~';
        if (visible && blank && !line.empty()) line += ' ';
        if (visible) line += letter;
        blank = !visible;
    }
    return line.substr(0, limit);
}

bool is_printable_line(std::string_view text)
{
    return text.find_first_of("\n\t") == std::string_view::npos && printable(text) == text;
}

}  // namespace one
