// Takes endpoints apart; addresses by inet_pton.
#include "frontend/configure/endpoint.hpp"

#include "common/text/letters.hpp"
#include "common/text/number.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace onefrontend::configure {
namespace {

struct Bytes {
    std::array<unsigned char, 16> bytes{};
    int bits = 0;  // 32 or 128; 0 where it is no address
};

Bytes bytes_of(std::string_view text)
{
    Bytes address;
    const std::string ended{text};
    if (::inet_pton(AF_INET, ended.c_str(), address.bytes.data()) == 1)
        address.bits = 32;
    else if (::inet_pton(AF_INET6, ended.c_str(), address.bytes.data()) == 1)
        address.bits = 128;
    return address;
}

bool read_number(std::string_view text, int most, int& number)
{
    const auto found = one::to_number<int>(text);
    number = found.value_or(-1);
    return number >= 0 && number <= most;
}

struct Network {
    Bytes address{};
    int prefix = -1;
};

Network network_of(std::string_view text)
{
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return {};
    Network network{.address = bytes_of(text.substr(0, slash))};
    int prefix = 0;
    if (network.address.bits > 0 && read_number(text.substr(slash + 1), network.address.bits, prefix))
        network.prefix = prefix;
    return network;
}

bool holds(const Network& network, const Bytes& address)
{
    if (network.prefix < 0 || network.address.bits != address.bits) return false;
    for (int bit = 0; bit < network.prefix; ++bit) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        const int differ = network.address.bytes[byte] ^ address.bytes[byte];
        if ((differ >> (7 - bit % 8)) & 1) return false;
    }
    return true;
}

one::Failure wrong(std::string_view text, std::string reason)
{
    return one::fail(
        {.kind = one::ErrorKind::invalid, .thing = std::string{text}, .reason = std::move(reason), .doing = "use"});
}

}  // namespace

one::Result<Endpoint> parse_endpoint(std::string_view text)
{
    Endpoint endpoint;
    auto rest = text;
    if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) {
        endpoint.scheme = rest.substr(0, scheme);
        rest.remove_prefix(scheme + 3);
    }
    const auto path = std::min(rest.find('/'), rest.size());
    endpoint.path = rest.substr(path);
    rest = rest.substr(0, path);
    const auto colon = rest.rfind(':');
    const bool in_brackets =
        rest.starts_with('[') && colon != std::string_view::npos && colon > 0 && rest[colon - 1] == ']';
    if (colon == std::string_view::npos || (rest.starts_with('[') && !in_brackets))
        return wrong(text, "a port is missing");
    endpoint.host = in_brackets ? rest.substr(1, colon - 2) : rest.substr(0, colon);
    if (!read_number(rest.substr(colon + 1), 65535, endpoint.port) || endpoint.port == 0)
        return wrong(text, "its port is no number from 1 to 65535");
    if (!is_host(endpoint.host)) return wrong(text, "its host is neither a name nor an address");
    return endpoint;
}

bool is_ip4(std::string_view text)
{
    return bytes_of(text).bits == 32;
}

bool is_ip(std::string_view text)
{
    return bytes_of(text).bits > 0;
}

bool is_host(std::string_view text)
{
    if (is_ip(text)) return true;
    const bool only_numbers = text.find_first_not_of("0123456789.") == std::string_view::npos;
    return !text.empty() && text.size() <= 253 && !only_numbers && one::consists_of(text, ".-") &&
           text.front() != '.' && text.front() != '-' && text.find("..") == std::string_view::npos;
}

bool is_loopback(std::string_view host)
{
    const auto address = bytes_of(host);
    if (address.bits == 32) return address.bytes[0] == 127;
    if (address.bits == 128)
        return holds(network_of("::1/128"), address) || holds(network_of("::ffff:127.0.0.0/104"), address);
    return host == "localhost" || host.ends_with(".localhost") || host.starts_with("localhost.");
}

bool is_wildcard(std::string_view address)
{
    return address == "0.0.0.0" || address == "::";
}

bool is_cluster_name(std::string_view host)
{
    return host.ends_with(".svc") || host.find(".svc.") != std::string_view::npos || host.ends_with(".cluster.local");
}

bool is_network(std::string_view text)
{
    return network_of(text).prefix >= 0;
}

bool is_inside(std::string_view address, const std::vector<std::string>& networks)
{
    const auto bytes = bytes_of(address);
    return bytes.bits > 0 &&
           std::ranges::any_of(networks, [&](const auto& network) { return holds(network_of(network), bytes); });
}

}  // namespace onefrontend::configure
