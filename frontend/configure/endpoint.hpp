// Addresses and endpoints as they stand in settings: enough to compare them; nothing is looked up.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::configure {

struct Endpoint {  // http://host:port/path, tcp://host:port, host:port
    std::string scheme{};
    std::string host{};  // an IPv6 address without its brackets
    int port = 0;
    std::string path{};
    bool operator==(const Endpoint&) const = default;
};

one::Result<Endpoint> parse_endpoint(std::string_view text);

bool is_ip4(std::string_view text);
bool is_ip(std::string_view text);
/// A host name or an address: letters, digits, dots and dashes; or an IP.
bool is_host(std::string_view text);
bool is_loopback(std::string_view host);  // 127.0.0.0/8, ::1, localhost
bool is_wildcard(std::string_view address);
/// A name that only pods of the same cluster resolve.
bool is_cluster_name(std::string_view host);

bool is_network(std::string_view text);  // 10.42.0.0/16
/// Whether one of the networks has the address; false for names.
bool is_inside(std::string_view address, const std::vector<std::string>& networks);

}  // namespace onefrontend::configure
