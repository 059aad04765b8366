// SIGKILL before every change of a real join, and at every entry of a real undo: the next run ends the same.
#include "tests/integration/steps/this_machine.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace onenode {
namespace {

class KilledJoin : public OnThisMachine {
protected:
    // Joins in a child that kills itself when the change of this number is about to be made.
    bool join_killed_before(std::size_t change)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            std::size_t number = 0;
            const auto joined = join([&](const Step&, const Change&) {
                if (++number == change) ::raise(SIGKILL);
            });
            ::_exit(joined ? 0 : 1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "the join failed by itself";
        return WIFSIGNALED(status);
    }
};

TEST_F(KilledJoin, GoesOnWhereItStopped)
{
    const auto before = contents();
    ASSERT_TRUE(join());
    const auto joined = contents();
    ASSERT_TRUE(leave());
    for (std::size_t change = 1;; ++change) {
        SCOPED_TRACE(testing::Message() << "killed before change " << change);
        if (!join_killed_before(change)) break;
        const auto again = join();
        ASSERT_TRUE(again) << told(again);
        auto now = contents();
        now["/var/lib/onenode/journal"] = joined.at("/var/lib/onenode/journal");  // it remembers both runs
        EXPECT_EQ(differences(joined, now), std::vector<std::string>{});
        ASSERT_TRUE(leave());
        EXPECT_EQ(differences(before, contents()), std::vector<std::string>{});
    }
}

TEST_F(KilledJoin, IsUndoneFromWhereItStopped)
{
    const auto before = contents();
    for (std::size_t change = 1; join_killed_before(change); ++change) {
        ASSERT_TRUE(leave());
        EXPECT_EQ(differences(before, contents()), std::vector<std::string>{}) << "killed before change " << change;
    }
}

}  // namespace
}  // namespace onenode
