// One exchange with the signer: connect, ask, read, close.
#include "frontend/signer/client.hpp"

#include "frontend/signer/line_socket.hpp"
#include "frontend/signer/protocol.hpp"

#include <boost/asio/this_coro.hpp>

namespace onefrontend {

namespace asio = one::asio;

one::Async<one::Result<std::string>> SignerClient::sign_node(int node, std::string certificate_request)
{
    UnixSocket socket{co_await asio::this_coro::executor};
    const SocketDeadline deadline{socket, limit_};
    const asio::local::stream_protocol::endpoint address{socket_};
    const auto [refused] = co_await socket.async_connect(address, one::awaited);
    if (refused)
        co_return one::fail({.kind = one::ErrorKind::busy,
                             .thing = "this machine",
                             .reason = "the signer at " + socket_ + " does not answer: " + refused.message(),
                             .next = "on the front-end: start `onefrontend signer`, then try again",
                             .doing = "sign a certificate for"});
    SignNode request;
    request.node = node;
    request.certificate_request = std::move(certificate_request);
    CO_TRY(co_await write_line(socket, to_line(request)));
    CO_TRY_LET(const auto line, co_await read_line(socket, longest_signer_line));
    co_return parse_answer_line(line);
}

}  // namespace onefrontend
