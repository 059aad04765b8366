// IP addresses as the enrollment judges them: one spelling each, and where SSH may go back to.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

/// The usual spelling; IPv4 in IPv6 becomes IPv4. Empty where the text is no address.
std::string normal_address(std::string_view text);
bool is_ipv4(std::string_view normal);
/// Never in a text that is no network.
bool is_in(std::string_view network, std::string_view address);

/// Whether SSH may ever go there: not loopback, link-local, multicast or unspecified.
one::Result<> check_reachable(std::string_view normal);

/// Where SSH goes back to: the source of the connection. An address that was asked for must be that one, or a token
/// would let its holder aim our SSH logins at any machine. `closed` are networks (10.42.0.0/16) that it never goes to.
one::Result<std::string> back_login_address(std::string_view wished, std::string_view connection_source,
                                            const std::vector<std::string>& closed = {});

}  // namespace onefrontend
