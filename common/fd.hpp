// A file descriptor that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace one {

class Fd {
public:
    Fd() = default;
    explicit Fd(int number) : number_(number) {}
    Fd(Fd&& other) noexcept : number_(other.release()) {}
    Fd& operator=(Fd&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Fd() { close(); }
    void close()
    {
        if (number_ >= 0) ::close(release());
    }
    /// From now on the caller's to close.
    int release() { return std::exchange(number_, -1); }
    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool open() const { return number_ >= 0; }

private:
    int number_ = -1;
};

}  // namespace one
