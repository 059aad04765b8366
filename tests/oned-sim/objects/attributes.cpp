// Attributes as oned stores them, and their two ways in: XML here, attribute syntax in its own file.
#include "tests/oned-sim/objects/attributes.hpp"

#include "common/text/words.hpp"
#include "tests/oned-sim/objects/attribute_syntax.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace onedsim {
namespace {

std::string text_of(const pugi::xml_node& node)
{
    for (const auto& child : node.children())
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) return child.value();
    return {};
}

bool has_elements(const pugi::xml_node& node)
{
    return std::ranges::any_of(node.children(), [](const auto& child) { return child.type() == pugi::node_element; });
}

Vector vector_of(const pugi::xml_node& node)
{
    Vector vector;
    for (const auto& child : node.children())
        if (child.type() == pugi::node_element && child.first_child())
            vector.insert_or_assign(child.name(), text_of(child));
    return vector;
}

one::Result<Attributes> parse_xml(std::string_view text)
{
    pugi::xml_document document;
    if (!document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata_single))
        return one::fail(
            {.kind = one::ErrorKind::invalid, .thing = "template", .reason = "Parse error: XML Template malformed."});
    Attributes attributes;
    for (const auto& node : document.document_element().children()) {
        if (node.type() != pugi::node_element) continue;
        if (has_elements(node))
            attributes.add(node.name(), vector_of(node));
        else if (node.first_child())
            attributes.add(node.name(), text_of(node));  // an element without content is dropped
    }
    return attributes;
}

Attribute trimmed(const Attribute& attribute)
{
    if (const auto* text = std::get_if<std::string>(&attribute)) return std::string{one::trim(*text)};
    Vector vector;
    for (const auto& [key, value] : std::get<Vector>(attribute))
        vector.emplace(key, one::trim(value));
    return vector;
}

void append_element(std::string& xml, std::string_view name, std::string_view value)
{
    xml += fmt::format("<{0}><![CDATA[{1}]]></{0}>", name, value);
}

}  // namespace

std::optional<std::int64_t> to_number(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string attribute_name(std::string_view name)
{
    std::string upper{name};
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const bool starts_well =
        name.empty() || std::isalpha(static_cast<unsigned char>(name.front())) || name.front() == '_';
    return starts_well && !name.starts_with("XML") ? upper : "ONE_" + upper;
}

one::Result<Attributes> Attributes::parse(std::string_view text)
{
    auto parsed = text.starts_with('<') ? parse_xml(text) : parse_attribute_syntax(text);
    if (parsed)
        for (auto& [name, attribute] : parsed->attributes_)
            attribute = trimmed(attribute);
    return parsed;
}

void Attributes::add(std::string_view name, Attribute attribute)
{
    attributes_.emplace(attribute_name(name), std::move(attribute));
}

void Attributes::replace(std::string_view name, Attribute attribute)
{
    erase(name);
    add(name, std::move(attribute));
}

void Attributes::erase(std::string_view name)
{
    const auto [first, last] = attributes_.equal_range(name);
    attributes_.erase(first, last);
}

void Attributes::merge(const Attributes& other)
{
    for (const auto& [name, attribute] : other.attributes_)
        erase(name);
    for (const auto& [name, attribute] : other.attributes_) {
        const auto* vector = std::get_if<Vector>(&attribute);
        if (!vector || !vector->empty()) attributes_.emplace(name, attribute);
    }
}

void Attributes::drop_empty_vectors()
{
    std::erase_if(attributes_, [](const auto& held) {
        const auto* vector = std::get_if<Vector>(&held.second);
        return vector && vector->empty();
    });
}

std::optional<std::string> Attributes::text(std::string_view name) const
{
    const auto [first, last] = attributes_.equal_range(name);
    for (auto at = first; at != last; ++at)
        if (const auto* text = std::get_if<std::string>(&at->second)) return *text;
    return std::nullopt;
}

std::optional<std::int64_t> Attributes::number(std::string_view name) const
{
    const auto held = text(name);
    return held ? to_number(*held) : std::nullopt;
}

std::vector<Vector> Attributes::vectors(std::string_view name) const
{
    std::vector<Vector> found;
    const auto [first, last] = attributes_.equal_range(name);
    for (auto at = first; at != last; ++at)
        if (const auto* vector = std::get_if<Vector>(&at->second)) found.push_back(*vector);
    return found;
}

std::string Attributes::to_xml(std::string_view element) const
{
    std::string xml = fmt::format("<{}>", element);
    for (const auto& [name, attribute] : attributes_) {
        if (const auto* text = std::get_if<std::string>(&attribute)) {
            append_element(xml, name, *text);
            continue;
        }
        xml += fmt::format("<{}>", name);
        for (const auto& [key, value] : std::get<Vector>(attribute))
            append_element(xml, key, value);
        xml += fmt::format("</{}>", name);
    }
    return xml + fmt::format("</{}>", element);
}

}  // namespace onedsim
