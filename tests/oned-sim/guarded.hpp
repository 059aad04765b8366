// A value that several threads share: it can be reached only with its lock held.
#pragma once

#include <mutex>
#include <utility>

namespace onedsim {

template <class T>
class Guarded {
public:
    explicit Guarded(T value = {}) : value_(std::move(value)) {}

    template <class Work>
    decltype(auto) with(Work&& work)
    {
        const std::lock_guard lock{mutex_};
        return std::forward<Work>(work)(value_);
    }

private:
    std::mutex mutex_{};
    T value_;
};

}  // namespace onedsim
