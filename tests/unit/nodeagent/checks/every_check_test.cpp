// Laws that hold for every check; a new one is born under them.
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace onenode::checks {
namespace {

std::string name_of(const testing::TestParamInfo<const Check*>& info)
{
    std::string name{info.param->id};
    std::ranges::replace(name, '-', '_');
    return name;
}

class EveryCheck : public testing::TestWithParam<const Check*> {};

TEST_P(EveryCheck, FindsNothingOnAHealthyNode)
{
    const auto host = healthy_node();
    const bool not_needed_here = GetParam()->id.starts_with("lxc-") || GetParam()->id == "libvirt-at-boot" ||
                                 GetParam()->id == "lvm-visibility";  // no systemd, no datastore on LVM
    for (const auto& finding : GetParam()->run(healthy_facts(), host, {}))
        EXPECT_TRUE(finding == Finding{} || (not_needed_here && finding.severity == Severity::ok)) << finding.message;
}

TEST_P(EveryCheck, FindsNothingWorseThanNotNeededOnAHealthyNodeForContainers)
{
    auto host = healthy_node();
    host.with_program("lxc-ls");
    for (const auto& finding : GetParam()->run(healthy_facts(), host, {.type = "lxc"}))
        EXPECT_EQ(finding.severity, Severity::ok) << finding.message;
}

// Nothing is installed, nothing answers: whatever is said has a reason, and every error a way out.
TEST_P(EveryCheck, GivesAReasonAndAWayOutOnAnEmptyMachine)
{
    const FakeHost host;
    const Facts facts{.libvirt = {.problem = "no libvirt daemon listens under /run/libvirt"},
                      .kvm_problem = "/dev/kvm does not exist"};
    for (const auto& finding : GetParam()->run(facts, host, {})) {
        EXPECT_FALSE(finding.message.empty());
        EXPECT_EQ(finding.message.find('\n'), std::string::npos);
        EXPECT_TRUE(finding.severity < Severity::warning || !finding.fix.empty()) << finding.message;
    }
}

TEST_P(EveryCheck, HasAnIdInKebabCaseAndATitle)
{
    const std::string_view id = GetParam()->id;
    EXPECT_TRUE(std::ranges::all_of(id, [](char c) { return c == '-' || (c >= 'a' && c <= 'z'); })) << id;
    EXPECT_FALSE(GetParam()->title.empty());
}

TEST_P(EveryCheck, SaysWhatItCostsToGoWithoutAndHowToMendIt)
{
    EXPECT_FALSE(GetParam()->explain.empty());
    EXPECT_FALSE(GetParam()->without_it.empty()) << GetParam()->id;
    EXPECT_FALSE(GetParam()->mend.empty());
}

INSTANTIATE_TEST_SUITE_P(Checks, EveryCheck, testing::ValuesIn(all().begin(), all().end()), name_of);

TEST(AllChecks, HaveIdsOfTheirOwn)
{
    std::set<std::string_view> ids;
    for (const Check* check : all())
        ids.insert(check->id);
    EXPECT_EQ(ids.size(), all().size());
}

TEST(AllChecks, ChangeNothing)
{
    const auto host = healthy_node();
    const auto before = host.snapshot();
    ASSERT_TRUE(run_checks(all(), healthy_facts(), host, {}));
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_TRUE(host.touched().empty());
}

}  // namespace
}  // namespace onenode::checks
