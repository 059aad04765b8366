// What becomes of an attribute in the database is XML text, which cannot hold everything.
#include "tests/oned-sim/objects/attributes.hpp"

#include <algorithm>
#include <cctype>

namespace onedsim {
namespace {

/// The length of the UTF-8 sequence at the front, 0 where it is none or no character of XML.
std::size_t sequence(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    const unsigned lead = byte(0);
    if (lead < 0x80) return lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    for (std::size_t at = 1; at < length; ++at)
        if ((byte(at) & 0xC0U) != 0x80U) return 0;
    return length;
}

bool is_value(std::string_view text)
{
    return text.find("]]>") == std::string_view::npos && is_xml_text(text);
}

bool is_key(std::string_view key)
{
    return key.empty() || std::isalpha(static_cast<unsigned char>(key.front())) || key.front() == '_' ||
           (key.front() & 0x80);
}

}  // namespace

bool is_xml_text(std::string_view text)
{
    while (!text.empty()) {
        const auto length = sequence(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool storable(const Attributes& attributes)
{
    return std::ranges::all_of(attributes.all(), [](const auto& held) {
        if (const auto* text = std::get_if<std::string>(&held.second)) return is_value(*text);
        return std::ranges::all_of(std::get<Vector>(held.second),
                                   [](const auto& pair) { return is_key(pair.first) && is_value(pair.second); });
    });
}

}  // namespace onedsim
