// A queue for slots: whoever waits longest is next.
#include "frontend/oned/slots.hpp"

#include <boost/asio/this_coro.hpp>

namespace onefrontend::oned {
namespace {

class Place {  // in the line; leaves it when the coroutine ends, however it ends
public:
    Place(std::list<one::asio::steady_timer*>& line, one::asio::steady_timer& timer) :
        line_(line), at_(line.insert(line.end(), &timer))
    {
    }
    ~Place() { line_.erase(at_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    std::list<one::asio::steady_timer*>& line_;
    std::list<one::asio::steady_timer*>::iterator at_;
};

}  // namespace

one::Async<bool> Slots::enter(std::chrono::milliseconds limit)
{
    const auto executor = co_await one::asio::this_coro::executor;
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (free_ == 0) {
        one::asio::steady_timer timer{executor, deadline};
        const Place place{waiting_, timer};
        const auto [woken] = co_await timer.async_wait(one::awaited);
        if (!woken) co_return false;  // not woken: the time is up
    }
    --free_;
    co_return true;
}

void Slots::leave()
{
    ++free_;
    if (!waiting_.empty()) waiting_.front()->cancel();
}

}  // namespace onefrontend::oned
