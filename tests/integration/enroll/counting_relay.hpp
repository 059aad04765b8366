// Stands between a service and oned: counts the calls that oned has executed, and may act before an answer comes back.
#pragma once

#include "common/async.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>

namespace onefrontend::test {

class CountingRelay {
public:
    CountingRelay(one::asio::io_context& loop, int oned_port);
    [[nodiscard]] int port() const;
    [[nodiscard]] int calls() const { return calls_; }

    /// From now on: after the n-th call was executed, before it is answered.
    void after(int calls, std::function<void()> act);

private:
    one::Async<> serve();
    one::Async<> carry(one::asio::ip::tcp::socket service);

    one::asio::ip::tcp::acceptor acceptor_;
    one::Tasks tasks_;
    int oned_port_;
    int calls_ = 0;
    int act_at_ = -1;
    std::function<void()> act_{};
};

}  // namespace onefrontend::test
