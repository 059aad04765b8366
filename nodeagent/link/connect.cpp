// Reads FRONTEND[:PORT] and makes the client for it.
#include "nodeagent/link/connect.hpp"

#include "common/text/letters.hpp"
#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <algorithm>
#include <cctype>

namespace onenode {
namespace {

constexpr std::size_t answer_limit = 8 * 1024 * 1024;  // a zone of 12000 nodes with their host keys has 5

constexpr int default_port = 4125;

one::Failure bad(std::string_view text, std::string reason)
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = "the front-end's address '" + std::string{text.substr(0, 200)} + "'",
                      .reason = std::move(reason),
                      .next = "give it as NAME, NAME:PORT, ADDRESS or [ADDRESS]:PORT",
                      .doing = "use"});
}

bool is_host(std::string_view host)
{
    return !host.empty() && host.front() != '-' && one::consists_of(host, ".-:_%");
}

Frontend client_for(Network& network, const one::http::Target& target, one::http::TlsContextPtr tls)
{
    return Frontend{one::http::Client{network.executor(), {target}, std::move(tls), {.body = answer_limit}}};
}

}  // namespace

Result<one::http::Target> parse_frontend(std::string_view given)
{
    std::string_view text = one::trim(given);
    if (text.find("://") != std::string_view::npos) return bad(given, "it is a URL");
    one::http::Target target{.host = std::string{text}, .port = default_port};
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
    const auto number = one::to_port(port);
    if (!number) return bad(given, "its port is no number from 1 to 65535");
    target.port = *number;
    return target;
}

std::string to_text(const one::http::Target& target)
{
    const bool v6 = target.host.find(':') != std::string::npos;
    return (v6 ? '[' + target.host + ']' : target.host) + ':' + std::to_string(target.port);
}

Result<Frontend> by_pin(Network& network, const one::http::Target& target, const std::string& pin)
{
    const one::http::Trust trust{.pin = pin};
    TRY_LET(auto tls, one::http::make_client_tls(trust, {}));
    return client_for(network, target, std::move(tls));
}

Result<std::string> presented_pin(Network& network, const one::http::Target& target)
{
    return network.wait(one::http::presented_pin(target));
}

Result<Frontend> as_node(Network& network, const one::http::Target& target, const NodeIdentity& identity)
{
    const one::http::Trust trust{.authority_pem = identity.authorities};
    TRY_LET(auto tls, one::http::make_client_tls(trust, identity.own));
    return client_for(network, target, std::move(tls));
}

}  // namespace onenode
