#include "frontend/ready/preparing.hpp"

#include "common/fd.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

using onefrontend::is_preparing;

namespace {

/// A process of this name that holds the lock while this object lives.
class Holder {
public:
    Holder(const std::string& lock, const char* name)
    {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        child_ = ::fork();
        if (child_ == 0) {
            ::prctl(PR_SET_NAME, name);
            const int file = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
            struct flock whole {};
            whole.l_type = F_WRLCK;
            ::fcntl(file, F_SETLK, &whole);
            [[maybe_unused]] const auto told = ::write(ends[1], "x", 1);
            ::pause();
            ::_exit(0);
        }
        const one::Fd reading{ends[0]};
        const one::Fd writing{ends[1]};
        char letter = 0;
        EXPECT_EQ(::read(reading.get(), &letter, 1), 1);
    }
    ~Holder()
    {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }

private:
    pid_t child_ = -1;
};

class Preparing : public testing::Test {
protected:
    Preparing() { ::close(::mkstemp(lock.data())); }
    ~Preparing() override { ::unlink(lock.c_str()); }
    std::string lock = "/tmp/onefrontend-lock-XXXXXX";
};

TEST_F(Preparing, IsOverWhereNobodyHoldsTheLock)
{
    EXPECT_FALSE(is_preparing(lock));
    EXPECT_FALSE(is_preparing("/nowhere/lock"));
}

TEST_F(Preparing, LastsWhileBootstrapHoldsIt)
{
    const Holder bootstrap{lock, "onefrontend"};
    EXPECT_TRUE(is_preparing(lock));
}

TEST_F(Preparing, IsOverWhenItBecameOned)
{
    const Holder oned{lock, "oned"};
    EXPECT_FALSE(is_preparing(lock));
}

}  // namespace
