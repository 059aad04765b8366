// One at a time for each key, the others wait in line; a key that nobody wants is forgotten. For one loop: no locks.
#pragma once

#include "common/async.hpp"
#include "frontend/oned/slots.hpp"

#include <chrono>
#include <cstddef>
#include <map>

namespace onefrontend::oned {

class Turns {
    struct Line {
        Slots slot{1};
        std::size_t turns = 0;  // waiting or under way
    };

public:
    class Turn {  // given back when it goes, also when the coroutine is taken down while it waits
    public:
        Turn(Turns& all, int key) : lines_(&all.lines_), at_(lines_->try_emplace(key).first) { ++at_->second.turns; }
        ~Turn()
        {
            if (has_begun_) at_->second.slot.leave();
            if (--at_->second.turns == 0) lines_->erase(at_);
        }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

        /// False where the others did not end within the limit.
        one::Async<bool> begin(std::chrono::milliseconds limit)
        {
            has_begun_ = co_await at_->second.slot.enter(limit);
            co_return has_begun_;
        }

    private:
        std::map<int, Line>* lines_;
        std::map<int, Line>::iterator at_;
        bool has_begun_ = false;
    };

    [[nodiscard]] std::size_t keys() const { return lines_.size(); }

private:
    std::map<int, Line> lines_{};
};

}  // namespace onefrontend::oned
