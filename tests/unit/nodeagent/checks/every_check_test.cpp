// Laws that hold for every check; a new one is born under them.
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace onenode::checks {
namespace {

std::vector<const Check*> every_check()
{
    std::vector<const Check*> all;
    for (const auto list : {preflight(), after_apply()})
        for (const Check* check : list)
            if (std::ranges::find(all, check) == all.end()) all.push_back(check);
    return all;
}

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
    const bool not_needed_here = GetParam()->id.starts_with("lxc-");
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

INSTANTIATE_TEST_SUITE_P(Checks, EveryCheck, testing::ValuesIn(every_check()), name_of);

// The headings of docs/checks.md: "### `sshd-down`", and "### `probe-command-...`" for one with an object.
std::set<std::string> documented_ids()
{
    std::ifstream file{CHECKS_DOCUMENT};
    std::set<std::string> ids;
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("### `")) continue;
        auto id = line.substr(5, line.find('`', 5) - 5);
        if (const auto object = id.find("-<"); object != std::string::npos) id.erase(object);
        ids.insert(id);
    }
    return ids;
}

TEST(AllChecks, AreTheOnesThatTheDocumentationExplains)
{
    std::set<std::string> ids;
    for (const Check* check : every_check())
        ids.emplace(check->id);
    EXPECT_EQ(ids, documented_ids());
}

TEST(AllChecks, HaveIdsOfTheirOwn)
{
    const auto all = every_check();
    std::set<std::string_view> ids;
    for (const Check* check : all)
        ids.insert(check->id);
    EXPECT_EQ(ids.size(), all.size());
}

TEST(AllChecks, ChangeNothing)
{
    const auto host = healthy_node();
    const auto before = host.snapshot();
    ASSERT_TRUE(run_checks(preflight(), healthy_facts(), host, {}));
    ASSERT_TRUE(run_checks(after_apply(), healthy_facts(), host, {}));
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_TRUE(host.touched().empty());
}

}  // namespace
}  // namespace onenode::checks
