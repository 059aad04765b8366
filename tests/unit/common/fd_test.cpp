#include "common/fd.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace one {
namespace {

bool is_open(int number)
{
    return ::fcntl(number, F_GETFD) >= 0;
}

TEST(Fd, ClosesWhatItHoldsWhereverItWasMoved)
{
    int number = -1;
    {
        Fd first{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
        number = first.get();
        const Fd second{std::move(first)};
        EXPECT_EQ(second.get(), number);
        EXPECT_TRUE(is_open(number));
    }
    EXPECT_FALSE(is_open(number));
}

TEST(Fd, HandsTheDescriptorOver)
{
    Fd fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const Fd theirs{fd.release()};
    EXPECT_FALSE(fd.open());
    fd.close();
    EXPECT_TRUE(is_open(theirs.get()));
}

}  // namespace
}  // namespace one
