// Lines over a Unix socket, each with a limit.
#include "frontend/signer/line_socket.hpp"

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

namespace onefrontend {
namespace {

namespace asio = one::asio;

one::Failure broken(std::string_view doing, const boost::system::error_code& code)
{
    const bool late = code == asio::error::operation_aborted || code == asio::error::bad_descriptor;
    one::Error error{.kind = late ? one::ErrorKind::timeout : one::ErrorKind::unreachable,
                     .thing = "the signer's socket",
                     .reason = late ? "it took too long" : code.message()};
    if (code == asio::error::not_found)
        error = {.kind = one::ErrorKind::invalid, .thing = "the signer's socket", .reason = "the line is too long"};
    error.doing = doing;
    return one::fail(std::move(error));
}

}  // namespace

SocketDeadline::SocketDeadline(UnixSocket& socket, std::chrono::milliseconds limit) :
    timer_(socket.get_executor(), limit), socket_lives_(std::make_shared<bool>(true))
{
    timer_.async_wait([&socket, lives = socket_lives_](const boost::system::error_code& cancelled) {
        if (cancelled || !*lives) return;
        boost::system::error_code ignored;
        socket.close(ignored);
    });
}

SocketDeadline::~SocketDeadline()
{
    *socket_lives_ = false;
}

one::Async<one::Result<std::string>> read_line(UnixSocket& socket, std::size_t longest)
{
    std::string text;
    auto buffer = asio::dynamic_buffer(text, longest);
    const auto [failed, size] = co_await asio::async_read_until(socket, std::move(buffer), '\n', one::awaited);
    if (failed) co_return broken("read from", failed);
    text.resize(size);
    co_return text;
}

one::Async<one::Result<>> write_line(UnixSocket& socket, std::string line)
{
    const auto bytes = asio::buffer(line);
    const auto [failed, size] = co_await asio::async_write(socket, bytes, one::awaited);
    if (failed) co_return broken("write to", failed);
    co_return one::Result<>{};
}

}  // namespace onefrontend
