// A repair is done once the program that reads the file was told of it, and not before.
#include "nodeagent/watch/follow.hpp"

#include "nodeagent/core/effects.hpp"
#include "nodeagent/link/places.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace onenode {
namespace {

constexpr std::string_view path = "/etc/ssh/sshd_config.d/x.conf";
constexpr std::array reads{path};

Changes plan(const Facts& facts, const DesiredState&)
{
    if (facts.text(path) == "x\n") return {};
    return {WriteFile{.path = std::string{path}, .text = "x\n", .why = "sshd shall know"}};
}

constexpr Step step{"x", "sshd knows x", reads, plan};
constexpr std::array steps_of_tests{&step};

class FollowTest : public testing::Test {
protected:
    FollowTest()
    {
        host.with_file("/etc/os-release", "ID=debian\n")
            .with_directory("/run/systemd/system")
            .with_directory("/etc/ssh/sshd_config.d")
            .answering({"sshd", "-t"}, CommandOutput{})
            .answering({"systemctl"}, CommandOutput{});
        EXPECT_TRUE(host.make_directory({.path = places::state_dir, .mode = 0700}));
        EXPECT_TRUE(save_membership(host, member));
    }
    [[nodiscard]] long reloads() const
    {
        return std::ranges::count(host.touched(), "run systemctl try-reload-or-restart ssh.service");
    }

    FakeHost host{};
    Membership member{.phase = MemberPhase::joined, .frontend = "one:4125", .desired = {.type = "qemu"}};
};

TEST_F(FollowTest, TellsSshdOfARepair)
{
    ASSERT_TRUE(follow(host, steps_of_tests, member, member.desired));
    EXPECT_EQ(reloads(), 1);
    host.with_file(path, "y\n");
    const auto mended = mend(host, steps_of_tests);
    ASSERT_TRUE(mended);
    EXPECT_EQ(mended->changes, 1U);
    EXPECT_EQ(mended->left, std::vector<Drift>{});
    EXPECT_EQ(reloads(), 2);
}

TEST_F(FollowTest, SaysWhatIsNotObeyedAndTriesAgain)
{
    host.answering({"systemctl"}, CommandOutput{.exit_code = 1, .err = "no bus\n"});
    ASSERT_TRUE(follow(host, steps_of_tests, member, member.desired));
    auto mended = mend(host, steps_of_tests);
    ASSERT_TRUE(mended);
    EXPECT_EQ(mended->left, (std::vector<Drift>{{"what was changed does not count yet",
                                                 "systemctl try-reload-or-restart ssh.service: no bus"}}));
    host.answering({"systemctl"}, CommandOutput{});
    mended = mend(host, steps_of_tests);
    ASSERT_TRUE(mended);
    EXPECT_EQ(mended->left, std::vector<Drift>{});
    EXPECT_FALSE(is_untold(host, places::state_dir));
    EXPECT_FALSE(mend(host, steps_of_tests)->looked) << "nothing is left to do";
}

}  // namespace
}  // namespace onenode
