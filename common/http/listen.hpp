// Opening a listening socket, and why it cannot be opened.
#pragma once

#include "common/result.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace one::http {

/// Port 0: one that is free. `address` "::" listens for IPv4 too where the machine has both.
Result<> listen_on(boost::asio::ip::tcp::acceptor& acceptor, const std::string& address, int port);

}  // namespace one::http
