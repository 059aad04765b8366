// The kernel gets its former values back, and nobody's later one is lost.
#include "nodeagent/core/kernel_settings.hpp"
#include "tests/unit/nodeagent/core/laws.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onenode {
namespace {

constexpr std::string_view path = "/etc/sysctl.d/zz-onenode-test.conf";
constexpr std::string_view knob = "/proc/sys/user/max_user_namespaces";
constexpr std::array reads{path};

Changes plan(const Facts& facts, const DesiredState&)
{
    if (facts.file(path) != nullptr) return {};
    return {WriteFile{.path = std::string{path},
                      .text = "# ours\nuser.max_user_namespaces = 65536\nnet.not.there=1\n",
                      .why = "none is allowed"}};
}

constexpr Step step{"x", "x is set", reads, plan};

class KernelSettings : public testing::Test {
protected:
    KernelSettings()
    {
        host.with_directory("/etc/sysctl.d")
            .with_file(knob, "0\n")
            .answering({"sysctl", "--load=/etc/sysctl.d/zz-onenode-test.conf"},
                       [this](const Command&) -> Result<CommandOutput> {
                           host.with_file(knob, "65536\n");
                           return CommandOutput{};
                       })
            .answering({"sysctl", "--quiet", "--write"}, [this](const Command& command) -> Result<CommandOutput> {
                const auto& word = command.argv.back();
                host.with_file(knob, word.substr(word.find('=') + 1) + '\n');
                return CommandOutput{};
            });
    }
    [[nodiscard]] bool was_written() const
    {
        return std::ranges::any_of(host.touched(),
                                   [](const auto& one) { return one.starts_with("run sysctl --quiet --write"); });
    }

    const World world{.steps = {&step}};
    FakeHost host{};
};

TEST_F(KernelSettings, AreAsBeforeAfterAnUndo)
{
    ASSERT_TRUE(apply_all(world, host));
    EXPECT_EQ(host.read(knob), "65536\n");
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(host.read(knob), "0\n");
    EXPECT_TRUE(undone->kept.empty());
    EXPECT_FALSE(host.stat(state_directory));
}

TEST_F(KernelSettings, ThatSomebodyChangedSinceAreNamedAndStay)
{
    ASSERT_TRUE(apply_all(world, host));
    host.with_file(knob, "9\n");
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(host.read(knob), "9\n");
    EXPECT_EQ(undone->kept,
              (std::vector<Kept>{{"kernel setting user.max_user_namespaces",
                                  "somebody made it 9 since; before the join it was 0: sysctl --quiet --write "
                                  "user.max_user_namespaces=0"}}));
}

TEST_F(KernelSettings, ThatCannotBeGivenBackAreNamed)
{
    ASSERT_TRUE(apply_all(world, host));
    host.answering({"sysctl", "--quiet", "--write"}, CommandOutput{.exit_code = 1, .err = "sysctl: denied\n"});
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    ASSERT_EQ(undone->kept.size(), 1U);
    EXPECT_NE(undone->kept.front().reason.find("it is still 65536: sysctl: denied; before the join it was 0"),
              std::string::npos)
        << undone->kept.front().reason;
}

TEST_F(KernelSettings, ThatNeverTookEffectAreLeftAlone)
{
    ASSERT_TRUE(apply_all(world, host));
    host.with_file(knob, "0\n");  // as after a boot without the file
    ASSERT_TRUE(undo_all(host));
    EXPECT_FALSE(was_written());
}

TEST_F(KernelSettings, StayWhereTheirFileStays)
{
    ASSERT_TRUE(apply_all(world, host));
    host.with_file(path, "user.max_user_namespaces = 65536\nkernel.pid_max = 9\n");
    ASSERT_TRUE(undo_all(host));
    EXPECT_TRUE(host.stat(path));
    EXPECT_FALSE(was_written());
}

// The file was lost and is made anew: what is found by then is ours.
TEST_F(KernelSettings, AreRememberedAsTheyWereFirst)
{
    ASSERT_TRUE(apply_all(world, host));
    ASSERT_TRUE(host.remove(path));
    ASSERT_TRUE(apply_all(world, host));
    ASSERT_TRUE(undo_all(host));
    EXPECT_EQ(host.read(knob), "0\n");
}

TEST_F(KernelSettings, AreGivenBackAlsoAfterAKillAnywhere)
{
    for (std::size_t change = 1; change < 30; ++change) {
        host.with_file(knob, "0\n");
        host.die_within(change);
        bool died = false;
        try {
            (void)apply_all(world, host);
            (void)undo_all(host);
        } catch (const Died&) {
            died = true;
        }
        host.recover();
        ASSERT_TRUE(undo_all(host)) << change;
        EXPECT_EQ(host.read(knob), "0\n") << change;
        EXPECT_FALSE(host.stat(path)) << change;
        EXPECT_FALSE(host.stat(state_directory)) << change;
        if (!died) return;
    }
    FAIL() << "it never ended";
}

}  // namespace
}  // namespace onenode
