// An eye that sees what the test tells it.
#pragma once

#include "nodeagent/watch/eyes.hpp"

#include <functional>

namespace onenode {

class FakeEye : public FileEye {
public:
    /// Called whenever nothing was seen and somebody waits: the moment for others to act.
    std::function<void()> when_waiting{};
    std::vector<std::string> paths{};
    std::optional<std::chrono::milliseconds> quiet{1};  // who waits for so long waits for a writer to end

    std::optional<one::Error> refuses{};  // to watch

    void saw_something() { seen_ = true; }

    Result<> watch(const std::vector<std::string>& wanted) override
    {
        paths = wanted;
        if (refuses) return one::fail(*refuses);
        return {};
    }
    Async<Woken> changed(std::optional<std::chrono::milliseconds> limit) override
    {
        if (!seen_ && limit != quiet && when_waiting) when_waiting();
        if (seen_) {
            seen_ = false;
            co_return Woken::changed;
        }
        const bool waited = co_await one::pause(limit.value_or(std::chrono::hours{1}));
        co_return waited ? Woken::time_passed : Woken::cancelled;
    }

private:
    bool seen_ = false;
};

}  // namespace onenode
