// Spells and judges IP addresses by Asio's own parser.
#include "frontend/enroll/addresses.hpp"

#include "common/text/network.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace onefrontend {
namespace {

namespace ip = boost::asio::ip;
using one::ErrorKind;
using one::Result;

bool parse(std::string_view text, ip::address& address)
{
    boost::system::error_code bad;
    address = ip::make_address(std::string{text}, bad);
    if (bad) return false;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return true;
}

bool is_link_local(const ip::address& address)
{
    if (address.is_v6()) return address.to_v6().is_link_local();
    return (address.to_v4().to_uint() >> 16) == 0xa9fe;  // 169.254.0.0/16
}

one::Failure refused(std::string_view address, std::string reason, std::string next)
{
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = std::string{address},
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = "log in to"});
}

}  // namespace

bool is_in(std::string_view network, std::string_view address)
{
    const auto read = one::read_network(network);
    return read && one::contains(*read, address);
}

std::string normal_address(std::string_view text)
{
    ip::address address;
    if (!parse(text, address)) return {};
    if (address.is_v6()) {
        auto six = address.to_v6();
        six.scope_id(0);
        return six.to_string();
    }
    return address.to_string();
}

bool is_ipv4(std::string_view normal)
{
    ip::address address;
    return parse(normal, address) && address.is_v4();
}

Result<> check_reachable(std::string_view normal)
{
    const std::string next = "start the join so that it reaches the front-end from the address SSH shall come back to";
    ip::address address;
    if (!parse(normal, address)) return refused(normal, "it is no IP address", next);
    if (address.is_loopback()) return refused(normal, "it is a loopback address", next);
    if (address.is_unspecified()) return refused(normal, "it is the unspecified address", next);
    if (address.is_multicast()) return refused(normal, "it is a multicast address", next);
    if (is_link_local(address)) return refused(normal, "it is a link-local address", next);
    return {};
}

Result<std::string> back_login_address(std::string_view wished, std::string_view connection_source,
                                       const std::vector<std::string>& closed)
{
    const std::string source = normal_address(connection_source);
    TRY(check_reachable(source));
    const auto network = std::ranges::find_if(closed, [&](const std::string& each) { return is_in(each, source); });
    if (network != closed.end())
        return refused(source, fmt::format("no node is in {} (closed_networks of the front-end)", *network),
                       "let the join reach the front-end from the machine's own address: no proxy or pod in between");
    if (wished.empty()) return source;
    const std::string wish = normal_address(wished);
    if (wish.empty()) return refused(wished, "it is no IP address", "give --address an IP address, or leave it out");
    if (wish == source) return source;
    return refused(wish,
                   fmt::format("the request came from {}, and SSH goes back only to where a request came from", source),
                   "leave --address out, or let the join reach the front-end from that address");
}

}  // namespace onefrontend
