// What of a run of checks the agent tells.
#include "nodeagent/cli/checkup.hpp"
#include "tests/unit/nodeagent/cli/stage.hpp"

#include <gtest/gtest.h>

namespace onenode::cli {
namespace {

Report report(std::string id, std::string_view check, Severity severity)
{
    return {.id = std::move(id), .check = check, .finding = {.severity = severity, .message = "it is so", .fix = "do"}};
}

TEST(CheckupOf, CountsEachCheckOnceAsTheWorstThatItFound)
{
    const auto checkup = checkup_of({report("a-x", "a", Severity::ok), report("a-y", "a", Severity::warning),
                                     report("b", "b", Severity::ok), report("c", "c", Severity::not_checked),
                                     report("d-x", "d", Severity::error), report("d-y", "d", Severity::error)},
                                    one::Moment{});
    EXPECT_EQ(checkup.at, "1970-01-01T00:00:00Z");
    EXPECT_EQ(checkup.passed, 1);
    EXPECT_EQ(checkup.warnings, 1);
    EXPECT_EQ(checkup.not_checked, 1);
    EXPECT_EQ(checkup.failed, 1);
    EXPECT_EQ(checkup.failing, (std::vector<FailedCheck>{{"d-x", "it is so", "do"}, {"d-y", "it is so", "do"}}));
    EXPECT_EQ(in_words(checkup), "1/3 checks pass, 1 warning, 1 error");
    EXPECT_EQ(trouble_of(checkup), "d-x: it is so (and 1 more finding)");
}

TEST(CheckupOf, LowersWhatTheJoinWasToldToIgnoreButNothingThatLosesData)
{
    const Reports reports{report("sshd-down", "sshd-down", Severity::error),
                          report("bridge-delete-br0", "bridge-delete", Severity::error)};
    ASSERT_TRUE(checks::find("bridge-delete")->data_loss);
    const auto checkup = checkup_of(as_accepted(reports, {"all", "a-check-of-an-older-version"}), one::Moment{});
    EXPECT_EQ(checkup.warnings, 1);
    EXPECT_EQ(checkup.failing, (std::vector<FailedCheck>{{"bridge-delete-br0", "it is so", "do"}}));
}

TEST(CheckupOf, NamesTheChecksThatGotNoAnswerAndNotThoseWithNothingToLookAt)
{
    auto silent = report("b", "b", Severity::not_checked);
    silent.finding.message = "cannot run virsh: it did not end within 5 s\nand more";
    silent.finding.unanswered = true;
    const auto checkup =
        checkup_of({report("a", "a", Severity::ok), silent, report("c", "c", Severity::not_checked)}, one::Moment{});
    EXPECT_EQ(checkup.not_checked, 2);
    EXPECT_EQ(checkup.unanswered, (std::vector<FailedCheck>{{"b", silent.finding.message, "do"}}));
    EXPECT_EQ(in_words(checkup), "1/2 checks pass, 1 not checked: b (cannot run virsh: it did not end within 5 s)");
    EXPECT_EQ(trouble_of(checkup), "") << "nobody knows of anything wrong";
}

TEST(LookAtHealth, RunsTheQuickChecksOfAJoinedNode)
{
    Stage stage;
    ASSERT_EQ(stage.join().exit, Exit::ok);
    const World world{.host = &stage.host,
                      .steps = small_steps(),
                      .preflight = checks::preflight(),
                      .after_apply = checks::after_apply(),
                      .doctor = checks::doctor()};
    const auto before = stage.host.changes();
    const auto checkup = look_at_health(world);
    ASSERT_TRUE(checkup);
    const auto all = checkup->passed + checkup->warnings + checkup->failed + checkup->not_checked;
    EXPECT_EQ(static_cast<std::size_t>(all), checks::all().size() - checks::doctor().size());
    EXPECT_EQ(stage.host.changes(), before);
}

}  // namespace
}  // namespace onenode::cli
