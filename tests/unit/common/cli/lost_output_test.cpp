#include "common/cli/lost_output.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

namespace one {
namespace {

TEST(LostOutput, IsNoneWhereAllWasWrittenOrTheReaderLeft)
{
    EXPECT_FALSE(lost_output(0));
    EXPECT_FALSE(lost_output(EPIPE));
}

TEST(LostOutput, SaysWhyAndWhatToDo)
{
    for (const int number : {ENOSPC, EBADF, EIO}) {
        const auto lost = lost_output(number);
        ASSERT_TRUE(lost) << number;
        EXPECT_TRUE(to_line(*lost).starts_with("cannot write to standard output: ")) << to_line(*lost);
        EXPECT_NE(lost->next, "");
    }
    EXPECT_EQ(lost_output(EBADF)->reason, "it is closed");
}

TEST(StandardStreams, ThatAreClosedAreNoFileOfOurs)
{
    const auto opened_after_closing = [] {
        ::close(STDIN_FILENO);
        ::close(STDOUT_FILENO);
        keep_standard_streams();
        const bool writes = ::write(STDOUT_FILENO, "x", 1) == 1;
        const int file = ::open("/dev/null", O_RDWR);
        ::_exit(writes || errno != EBADF || file <= STDERR_FILENO ? 1 : 0);
    };
    EXPECT_EXIT(opened_after_closing(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace one
