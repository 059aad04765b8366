// Calls and answers as XML text. Answers come out as oned's own library writes them: a stand-in can be compared.
#include "common/xmlrpc/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

namespace one::xmlrpc {
namespace {

constexpr std::size_t index_of_replication = 4;  // [false, text, code, object, replication]: the one <i8> oned writes

/// The length of the UTF-8 sequence of an XML 1.0 character at the front; 0 where there is none.
std::size_t character_length(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    const auto follows = [&](std::size_t at) { return (byte(at) & 0xC0U) == 0x80U; };
    const unsigned lead = byte(0);
    if (lead < 0x80U) return lead >= 0x20U || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
    if (lead >= 0xC2U && lead <= 0xDFU) return follows(1) ? 2 : 0;
    if ((lead & 0xF0U) == 0xE0U) {
        if (!follows(1) || !follows(2)) return 0;
        const unsigned code = (lead & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
        return code < 0x800U || (code >= 0xD800U && code <= 0xDFFFU) || code >= 0xFFFEU ? 0 : 3;
    }
    if (lead >= 0xF0U && lead <= 0xF4U) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        const unsigned top = (lead & 0x07U) << 6U | (byte(1) & 0x3FU);
        return top < 0x10U || top > 0x10FU ? 0 : 4;
    }
    return 0;
}

/// How many bytes at the front are ASCII and stand for themselves.
std::size_t plain_length(std::string_view text)
{
    const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '&'; };
    return static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
}

class Writer {
public:
    explicit Writer(std::string_view line_end) : line_end_(line_end) {}

    void line(std::string_view text) { xml_.append(text).append(line_end_); }
    void raw(std::string_view text) { xml_.append(text); }

    void escaped(std::string_view text)
    {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t plain = plain_length(text.substr(at));  // nearly all of a list is
            xml_.append(text.substr(at, plain));
            at += plain;
            if (at == text.size()) return;
            const std::size_t length = character_length(text.substr(at));
            if (length == 0) {
                if (!refused_)
                    refused_ = fmt::format("byte {} is {:#04x}, which XML 1.0 cannot carry", at,
                                           static_cast<unsigned char>(text[at]));
                return;
            }
            if (text[at] == '<')
                xml_ += "&lt;";
            else if (text[at] == '>')
                xml_ += "&gt;";
            else if (text[at] == '&')
                xml_ += "&amp;";
            else if (text[at] == '\r')
                xml_ += "&#x0d;";  // a bare one would arrive as a line feed
            else
                xml_.append(text.substr(at, length));
            at += length;
        }
    }

    void number(std::int64_t value, bool wide)
    {
        using Narrow = std::numeric_limits<std::int32_t>;
        const char* type = wide || value < Narrow::min() || value > Narrow::max() ? "i8" : "i4";
        xml_ += fmt::format("<{0}>{1}</{0}>", type, value);
    }

    void value(const Value& value, bool wide = false)
    {
        raw("<value>");
        if (const auto* text = std::get_if<std::string>(&value.data)) {
            raw("<string>");
            escaped(*text);
            raw("</string>");
        } else if (const auto* whole = std::get_if<std::int64_t>(&value.data)) {
            number(*whole, wide);
        } else if (const auto* truth = std::get_if<bool>(&value.data)) {
            raw(*truth ? "<boolean>1</boolean>" : "<boolean>0</boolean>");
        } else {
            array(std::get<Array>(value.data));
        }
        raw("</value>");
    }

    /// Hands the text over; fails where something could not be written.
    Result<std::string> finish(std::string thing)
    {
        if (!refused_) return std::move(xml_);
        return fail({.kind = ErrorKind::invalid,
                     .thing = std::move(thing),
                     .reason = *refused_,
                     .next = "remove the control characters, or encode the bytes",
                     .doing = "send"});
    }
    [[nodiscard]] bool refused() const { return refused_.has_value(); }

private:
    void array(const Array& array)
    {
        const bool failure = array.size() > index_of_replication && array.front() == Value{false};
        line("<array><data>");
        for (std::size_t at = 0; at < array.size(); ++at) {
            value(array[at], failure && at == index_of_replication);
            line("");
        }
        raw("</data></array>");
    }

    std::string xml_{};
    std::string_view line_end_;
    std::optional<std::string> refused_{};
};

}  // namespace

Result<std::string> to_xml(const Call& call)
{
    Writer writer{"\n"};
    writer.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    writer.raw("<methodCall>\n<methodName>");
    writer.escaped(call.method);
    writer.line("</methodName>");
    writer.line("<params>");
    for (std::size_t at = 0; at < call.parameters.size(); ++at) {
        writer.raw("<param>");
        writer.value(call.parameters[at]);
        writer.line("</param>");
        if (writer.refused()) return writer.finish(fmt::format("parameter {} of {}", at + 1, call.method));
    }
    writer.line("</params>");
    writer.line("</methodCall>");
    return writer.finish("the method name");
}

Result<std::string> to_xml(const Answer& answer)
{
    Writer writer{"\r\n"};
    writer.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    writer.line("<methodResponse>");
    if (const auto* fault = std::get_if<Fault>(&answer)) {
        writer.line("<fault>");
        writer.line("<value><struct>");
        writer.line("<member><name>faultCode</name>");
        writer.value(Value{fault->code});
        writer.line("</member>");
        writer.line("<member><name>faultString</name>");
        writer.value(Value{fault->text});
        writer.line("</member>");
        writer.line("</struct></value>");
        writer.line("</fault>");
    } else {
        writer.line("<params>");
        writer.raw("<param>");
        writer.value(std::get<Value>(answer));
        writer.line("</param>");
        writer.line("</params>");
    }
    writer.line("</methodResponse>");
    return writer.finish("the answer");
}

}  // namespace one::xmlrpc
