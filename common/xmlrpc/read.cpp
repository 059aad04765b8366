// Calls and answers out of XML text, by pugixml: it expands no entities of the document, so none can grow.
#include "common/xmlrpc/value.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <charconv>
#include <cstddef>
#include <limits>

namespace one::xmlrpc {
namespace {

constexpr std::size_t largest_document = 64UL * 1024 * 1024;  // a pool of some thousand hosts is far below
constexpr int deepest_value = 32;

Failure refuse(std::string reason)
{
    return fail(
        {.kind = ErrorKind::invalid, .thing = "the XML-RPC message", .reason = std::move(reason), .doing = "read"});
}

std::string_view local_name(const pugi::xml_node& node)
{
    const std::string_view name = node.name();
    const auto colon = name.find(':');  // xmlrpc-c writes its extensions as ex:i8, ex:nil
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

Result<std::string> text_of(const pugi::xml_node& node)
{
    std::string text;
    for (const auto& child : node.children()) {
        if (child.type() == pugi::node_element)
            return refuse(fmt::format("<{}> stands where text was expected, in <{}>", child.name(), node.name()));
        text += child.value();  // character data and CDATA
    }
    return text;
}

Result<std::int64_t> number_of(const pugi::xml_node& node, bool wide)
{
    TRY_LET(const std::string text, text_of(node));
    constexpr std::string_view blanks = " \t\r\n";
    std::string_view digits = text;
    digits.remove_prefix(std::min(digits.find_first_not_of(blanks), digits.size()));
    digits = digits.substr(0, digits.find_last_not_of(blanks) + 1);
    if (digits.size() > 1 && digits.front() == '+' && digits[1] != '-') digits.remove_prefix(1);

    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    using Narrow = std::numeric_limits<std::int32_t>;
    if (problem != std::errc{} || end != digits.data() + digits.size() ||
        (!wide && (number < Narrow::min() || number > Narrow::max())))
        return refuse(fmt::format("<{}> holds '{}'", node.name(), text.substr(0, 40)));
    return number;
}

pugi::xml_node only_element(const pugi::xml_node& node)
{
    pugi::xml_node found;
    for (const auto& child : node.children()) {
        if (child.type() != pugi::node_element) continue;
        if (found) return {};
        found = child;
    }
    return found;
}

/// The child with this name, which must be the only element there.
Result<pugi::xml_node> only(const pugi::xml_node& node, std::string_view name)
{
    const auto child = only_element(node);
    if (!child || child.name() != name) return refuse(fmt::format("<{}> must hold one <{}>", node.name(), name));
    return child;
}

bool has_elements(const pugi::xml_node& node)
{
    for (const auto& child : node.children())
        if (child.type() == pugi::node_element) return true;
    return false;
}

Result<Value> value_of(const pugi::xml_node& node, int depth);

Result<Array> array_of(const pugi::xml_node& node, int depth)
{
    TRY_LET(const auto data, only(node, "data"));
    Array array;
    for (const auto& child : data.children()) {
        if (child.type() != pugi::node_element) continue;
        if (child.name() != std::string_view{"value"})
            return refuse(fmt::format("<{}> stands in <data>", child.name()));
        TRY_LET(auto value, value_of(child, depth + 1));
        array.push_back(std::move(value));
    }
    return array;
}

Result<Value> value_of(const pugi::xml_node& node, int depth)
{
    if (depth > deepest_value) return refuse(fmt::format("values are nested deeper than {} levels", deepest_value));
    if (!has_elements(node)) {  // without a type it is a string
        TRY_LET(auto text, text_of(node));
        return Value{std::move(text)};
    }
    const auto typed = only_element(node);
    if (!typed) return refuse("<value> holds more than one element");
    const auto type = local_name(typed);
    if (type == "string") {
        TRY_LET(auto text, text_of(typed));
        return Value{std::move(text)};
    }
    if (type == "int" || type == "i4" || type == "i8") {
        TRY_LET(const auto number, number_of(typed, type == "i8"));
        return Value{number};
    }
    if (type == "boolean") {
        TRY_LET(const auto number, number_of(typed, false));
        if (number != 0 && number != 1) return refuse(fmt::format("<boolean> holds {}", number));
        return Value{number == 1};
    }
    if (type == "array") {
        TRY_LET(auto array, array_of(typed, depth));
        return Value{std::move(array)};
    }
    if (type == "nil") return Value{};
    return refuse(fmt::format("<{}> is a type that OpenNebula does not use", typed.name()));
}

Result<Fault> fault_of(const pugi::xml_node& node)
{
    TRY_LET(const auto value, only(node, "value"));
    TRY_LET(const auto members, only(value, "struct"));
    Fault fault;
    bool coded = false;
    bool worded = false;
    for (const auto& member : members.children("member")) {
        TRY_LET(const auto name, text_of(member.child("name")));
        TRY_LET(const auto held, value_of(member.child("value"), 0));
        if (name == "faultCode") {
            const auto* code = std::get_if<std::int64_t>(&held.data);
            if (!code || *code != static_cast<int>(*code)) return refuse("faultCode is not a number");
            fault.code = static_cast<int>(*code);
            coded = true;
        } else if (name == "faultString") {
            const auto* text = std::get_if<std::string>(&held.data);
            if (!text) return refuse("faultString is not a string");
            fault.text = *text;
            worded = true;
        }
    }
    if (!coded || !worded) return refuse("the fault lacks faultCode or faultString");
    return fault;
}

/// Loads the text; its root element must have this name.
Result<pugi::xml_node> load(pugi::xml_document& document, std::string_view xml, std::string_view root)
{
    if (xml.size() > largest_document)
        return refuse(fmt::format("it has {} bytes; at most {} are read", xml.size(), largest_document));
    if (const auto at = xml.find('\0'); at != std::string_view::npos) return refuse(fmt::format("byte {} is zero", at));
    const auto loaded =
        document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata, pugi::encoding_utf8);
    if (!loaded) return refuse(fmt::format("not well-formed at byte {}: {}", loaded.offset, loaded.description()));
    return only(document, root).map_error([&](Error error) {
        error.reason = fmt::format("its root element is <{}>, not <{}>", document.document_element().name(), root);
        return error;
    });
}

}  // namespace

Result<Call> parse_call(std::string_view xml)
{
    pugi::xml_document document;
    TRY_LET(const auto root, load(document, xml, "methodCall"));
    TRY_LET(auto method, text_of(root.child("methodName")));
    if (method.empty()) return refuse("<methodName> is missing or empty");
    Call call{.method = std::move(method)};
    for (const auto& parameter : root.child("params").children()) {
        if (parameter.type() != pugi::node_element) continue;
        if (parameter.name() != std::string_view{"param"})
            return refuse(fmt::format("<{}> stands in <params>", parameter.name()));
        TRY_LET(const auto held, only(parameter, "value"));
        TRY_LET(auto value, value_of(held, 0));
        call.parameters.push_back(std::move(value));
    }
    return call;
}

Result<Answer> parse_answer(std::string_view xml)
{
    pugi::xml_document document;
    TRY_LET(const auto root, load(document, xml, "methodResponse"));
    if (const auto fault_node = root.child("fault")) {
        TRY_LET(auto fault, fault_of(fault_node));
        return Answer{std::move(fault)};
    }
    TRY_LET(const auto parameters, only(root, "params"));
    TRY_LET(const auto parameter, only(parameters, "param"));
    TRY_LET(const auto held, only(parameter, "value"));
    TRY_LET(auto value, value_of(held, 0));
    return Answer{std::move(value)};
}

}  // namespace one::xmlrpc
