// Reads FRONTEND[:PORT].
#include "common/http/target.hpp"

#include "common/text/letters.hpp"
#include "common/text/number.hpp"
#include "common/text/words.hpp"

namespace one::http {
namespace {

constexpr int default_port = 4125;

Failure bad(std::string_view text, std::string reason)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = "the front-end's address '" + std::string{text.substr(0, 200)} + "'",
                 .reason = std::move(reason),
                 .next = "give it as NAME, NAME:PORT, ADDRESS or [ADDRESS]:PORT",
                 .doing = "use"});
}

bool is_host(std::string_view host)
{
    return !host.empty() && host.front() != '-' && consists_of(host, ".-:_%");
}

}  // namespace

Result<Target> parse_frontend(std::string_view given)
{
    std::string_view text = trim(given);
    if (text.find("://") != std::string_view::npos) return bad(given, "it is a URL");
    Target target{.host = std::string{text}, .port = default_port};
    std::string_view port;
    const auto colon = text.rfind(':');
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return bad(given, "a ] is missing");
        target.host = text.substr(1, end - 1);
        if (end + 1 < text.size() && text[end + 1] != ':') return bad(given, "something follows the ]");
        if (end + 1 < text.size()) port = text.substr(end + 2);
        if (end + 1 < text.size() && port.empty()) return bad(given, "the port is missing");
    } else if (colon != std::string_view::npos && text.find(':') == colon) {  // more than one: an IPv6 address
        target.host = text.substr(0, colon);
        port = text.substr(colon + 1);
        if (port.empty()) return bad(given, "the port is missing");
    }
    if (!is_host(target.host)) return bad(given, "it is no name and no address");
    if (port.empty()) return target;
    const auto number = to_port(port);
    if (!number) return bad(given, "its port is no number from 1 to 65535");
    target.port = *number;
    return target;
}

std::string to_text(const Target& target)
{
    const bool v6 = target.host.find(':') != std::string::npos;
    return (v6 ? '[' + target.host + ']' : target.host) + ':' + std::to_string(target.port);
}

}  // namespace one::http
