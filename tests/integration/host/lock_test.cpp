// One onenode at a time, and the second one is told who holds the lock.
#include "tests/integration/host/scratch.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace onenode {
namespace {

using Locking = OnScratch;
constexpr const char* path = "/var/lib/onenode/lock";

TEST_F(Locking, TellsWhoHoldsTheLock)
{
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    const pid_t holder = ::fork();
    if (holder == 0) {
        const auto lock = host_.lock(path);
        if (lock) (void)!::write(ready[1], "x", 1);
        ::pause();
    }
    char told_so = 0;
    ASSERT_EQ(::read(ready[0], &told_so, 1), 1);

    const auto refused = host_.lock(path);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::busy);
    EXPECT_EQ(one::to_line(refused.error()), fmt::format("cannot lock {}: process {} holds it", path, holder));
    EXPECT_NE(refused.error().next.find(fmt::format("ps -fp {}", holder)), std::string::npos);

    ::kill(holder, SIGKILL);
    ::waitpid(holder, nullptr, 0);
    EXPECT_TRUE(host_.lock(path)) << "the kernel lets go of a dead one's lock";
}

TEST_F(Locking, LeavesNothingBehind)
{
    const auto before = names_in("/var/lib");
    {
        const auto lock = host_.lock(path);
        ASSERT_TRUE(lock);
        EXPECT_FALSE(host_.lock(path)) << "not even the same process twice";
        EXPECT_EQ(host_.stat("/var/lib/onenode")->mode, 0700U);
    }
    EXPECT_EQ(names_in("/var/lib"), before);
}

TEST_F(Locking, KeepsADirectoryThatItDidNotMake)
{
    directory("/run");
    ASSERT_TRUE(host_.lock("/run/onenode.lock"));
    EXPECT_TRUE(host_.stat("/run"));
    EXPECT_TRUE(names_in("/run").empty());
}

TEST_F(Locking, RemovesNoLockFileOfSomebodyElse)
{
    auto lock = host_.lock(path);
    ASSERT_TRUE(lock);
    ASSERT_TRUE(host_.remove(path));
    const auto other = host_.lock(path);
    ASSERT_TRUE(other);
    lock->reset();
    EXPECT_TRUE(host_.stat(path));
}

// Each of them takes the directory away that the next one wants to lock in.
TEST_F(Locking, IsOnlyEverBusyForThoseWhoComeAtOnce)
{
    std::array<pid_t, 4> children{};
    for (auto& child : children) {
        child = ::fork();
        if (child != 0) continue;
        for (int round = 0; round < 500; ++round)
            if (const auto lock = host_.lock(path); !lock && lock.error().kind != ErrorKind::busy) {
                (void)!::write(2, told(lock.error()).c_str(), told(lock.error()).size());
                ::_exit(1);
            }
        ::_exit(0);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
}

TEST_F(Locking, KeepsADirectoryThatIsInUse)
{
    {
        const auto lock = host_.lock(path);
        ASSERT_TRUE(lock);
        ASSERT_TRUE(host_.append("/var/lib/onenode/journal", "x\n"));
    }
    EXPECT_EQ(names_in("/var/lib/onenode"), std::vector<std::string>{"journal"});
}

}  // namespace
}  // namespace onenode
