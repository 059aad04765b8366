// A queue for slots: whoever waits longest is next, and gets the slot from whoever leaves.
#include "frontend/oned/slots.hpp"

#include <boost/asio/this_coro.hpp>

namespace onefrontend::oned {

class Slots::Place {  // in the line; leaves it when the coroutine ends, however it ends
public:
    Place(Slots& slots, one::asio::steady_timer& timer) :
        slots_(slots), timer_(timer), at_(slots.waiting_.insert(slots.waiting_.end(), this))
    {
    }
    ~Place()
    {
        if (!given_)
            slots_.waiting_.erase(at_);
        else if (!taken_)
            slots_.leave();  // taken down between the two
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    void give()  // out of the line by then
    {
        given_ = true;
        timer_.cancel();
    }
    bool take() { return taken_ = given_; }

private:
    Slots& slots_;
    one::asio::steady_timer& timer_;
    std::list<Place*>::iterator at_;
    bool given_ = false;
    bool taken_ = false;
};

one::Async<bool> Slots::enter(std::chrono::milliseconds limit)
{
    if (free_ > 0) {
        --free_;
        co_return true;
    }
    one::asio::steady_timer timer{co_await one::asio::this_coro::executor, limit};
    Place place{*this, timer};
    co_await timer.async_wait(one::awaited);
    co_return place.take();  // also where the time was up at the moment that it was given
}

void Slots::leave()
{
    if (waiting_.empty()) {
        ++free_;
        return;
    }
    Place& next = *waiting_.front();
    waiting_.pop_front();
    next.give();
}

}  // namespace onefrontend::oned
