// The TLS stream of client and server; heavy to compile, for the .cpp files of this room.
#pragma once

#include "common/http/tls_context.hpp"

#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace one::http {

using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

}  // namespace one::http
