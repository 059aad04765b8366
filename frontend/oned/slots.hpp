// So many at once, the others wait in line. For one loop: no locks.
#pragma once

#include "common/async.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <list>

namespace onefrontend::oned {

class Slots {
public:
    explicit Slots(std::size_t count) : free_(count) {}

    /// False where none came free within the limit. Whoever got true gives it back with leave().
    one::Async<bool> enter(std::chrono::milliseconds limit);
    void leave();

private:
    class Place;

    std::size_t free_;  // none while somebody waits
    std::list<Place*> waiting_{};
};

/// Gives the slot back, also when the coroutine is taken down while it waits.
class HeldSlot {
public:
    explicit HeldSlot(Slots& slots) : slots_(&slots) {}
    ~HeldSlot() { slots_->leave(); }
    HeldSlot(const HeldSlot&) = delete;
    HeldSlot& operator=(const HeldSlot&) = delete;

private:
    Slots* slots_;
};

}  // namespace onefrontend::oned
