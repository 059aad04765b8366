// What went wrong on a connection, in words that tell a firewall from a wrong port from a wrong peer.
#pragma once

#include "common/http/tls_context.hpp"
#include "common/result.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace one::http {

using boost::system::error_code;
using std::chrono::milliseconds;

/// "10.0.0.5:4125", "[fd00::5]:4125", "one.example.com:4125"
std::string to_text(const std::string& host, int port);
std::string to_text(const boost::asio::ip::tcp::endpoint& endpoint);
/// "one.example.com (10.0.0.5:4125)"; the address alone where the host is that address.
std::string name_peer(const std::string& host, const boost::asio::ip::tcp::endpoint& endpoint);
/// An IPv4 address that came through an IPv6 socket looks like one again.
std::string to_text(boost::asio::ip::address address);

Error connect_failure(const std::string& peer, const error_code& code, milliseconds limit);
Error handshake_failure(const std::string& peer, const error_code& code, const Handshake& handshake,
                        milliseconds limit);
Error wrong_protocol(const std::string& peer);
/// Of sending a request and reading its answer.
Error exchange_failure(const std::string& peer, const error_code& code, milliseconds limit, std::size_t body_limit);

/// One error of several, one line for each; the worst kind and its way out win.
Error all_failed(const std::string& thing, const std::vector<Error>& failures);

}  // namespace one::http
