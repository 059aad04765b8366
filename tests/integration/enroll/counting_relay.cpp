#include "tests/integration/enroll/counting_relay.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace onefrontend::test {

namespace asio = one::asio;
using asio::ip::tcp;

namespace {

one::Async<bool> copy_requests(tcp::socket& from, tcp::socket& to)
{
    std::array<char, 8192> piece{};
    while (true) {
        const auto [ended, size] = co_await from.async_read_some(asio::buffer(piece), one::awaited);
        if (ended) co_return false;
        const auto [lost, written] = co_await asio::async_write(to, asio::buffer(piece, size), one::awaited);
        if (lost) co_return false;
    }
}

one::Async<std::string> whole_answer(tcp::socket& from)  // oned closes after each call
{
    std::string text;
    std::array<char, 8192> piece{};
    while (true) {
        const auto [ended, size] = co_await from.async_read_some(asio::buffer(piece), one::awaited);
        if (ended) co_return text;
        text.append(piece.data(), size);
    }
}

}  // namespace

CountingRelay::CountingRelay(asio::io_context& loop, int oned_port) :
    acceptor_(loop, tcp::endpoint{asio::ip::make_address("127.0.0.1"), 0}),
    tasks_(loop.get_executor()),
    oned_port_(oned_port)
{
    tasks_.spawn("relay", serve());
}

int CountingRelay::port() const
{
    return acceptor_.local_endpoint().port();
}

void CountingRelay::after(int calls, std::function<void()> act)
{
    calls_ = 0;
    act_at_ = calls;
    act_ = std::move(act);
}

one::Async<> CountingRelay::serve()
{
    while (true) {
        auto [failed, service] = co_await acceptor_.async_accept(one::awaited);
        if (failed) co_return;
        tasks_.spawn("call", carry(std::move(service)));
    }
}

one::Async<> CountingRelay::carry(tcp::socket service)
{
    using namespace asio::experimental::awaitable_operators;
    tcp::socket oned{co_await asio::this_coro::executor};
    const tcp::endpoint address{asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(oned_port_)};
    const auto [refused] = co_await oned.async_connect(address, one::awaited);
    if (refused) co_return;
    auto both = copy_requests(service, oned) || whole_answer(oned);
    const auto first = co_await std::move(both);
    if (first.index() == 0) co_return;  // the service went away
    ++calls_;
    if (calls_ == act_at_ && act_) act_();
    const std::string& answer = std::get<1>(first);
    co_await asio::async_write(service, asio::buffer(answer), one::awaited);
}

}  // namespace onefrontend::test
