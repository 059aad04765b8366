// One exchange with the signer: connect, ask, read, close.
#include "frontend/signer/client.hpp"

#include "frontend/signer/line_socket.hpp"
#include "frontend/signer/protocol.hpp"

#include <boost/asio/this_coro.hpp>

namespace onefrontend {

namespace asio = one::asio;

one::Async<one::Result<std::string>> SignerClient::exchange(std::string line)
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
    CO_TRY(co_await write_line(socket, std::move(line)));
    co_return co_await read_line(socket, longest_signer_line);
}

one::Async<one::Result<std::string>> SignerClient::sign_node(int node, std::string certificate_request)
{
    SignNode request;
    request.node = node;
    request.certificate_request = std::move(certificate_request);
    auto question = to_line(request);
    CO_TRY_LET(const auto line, co_await exchange(std::move(question)));
    co_return parse_answer_line(line);
}

one::Async<one::Result<std::vector<std::string>>> SignerClient::sign_host(int node)
{
    SignHost request;
    request.node = node;
    auto question = to_line(request);
    CO_TRY_LET(const auto line, co_await exchange(std::move(question)));
    co_return parse_host_answer_line(line);
}

}  // namespace onefrontend
