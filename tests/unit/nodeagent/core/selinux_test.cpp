// Booleans, rules and labels: what is run, and what a leave finds.
#include "nodeagent/core/selinux.hpp"
#include "tests/unit/nodeagent/core/zoo.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onenode {
namespace {

const World enforcing = zoo::world("WithSelinux", zoo::with_selinux);
using Lines = std::vector<std::string>;

Lines runs_of(const FakeHost& host)
{
    Lines lines;
    for (const auto& touched : host.touched())
        if (touched.starts_with("run ")) lines.push_back(touched.substr(4));
    return lines;
}

FakeHost joined()
{
    auto host = enforcing.machine();
    EXPECT_TRUE(apply_all(enforcing, host));
    return host;
}

TEST(Selinux, FindsTheRuleOfExactlyOneTree)
{
    constexpr std::string_view rules = "# Do not edit directly.\n\n"
                                       "/srv/a\\.b(/.*)?    system_u:object_r:a_t:s0\n"
                                       "/srv/none(/.*)?  -d  <<none>>\n"
                                       "/srv/levels(/.*)?\tsystem_u:object_r:b_t:s0:c1,c2\n";
    EXPECT_EQ(selinux::own_type_in(rules, "/srv/a.b"), "a_t");
    EXPECT_EQ(selinux::own_type_in(rules, "/srv/aXb"), "");
    EXPECT_EQ(selinux::own_type_in(rules, "/srv"), "");
    EXPECT_EQ(selinux::own_type_in(rules, "/srv/none"), "<<none>>");
    EXPECT_EQ(selinux::own_type_in(rules, "/srv/levels"), "b_t");
    EXPECT_EQ(selinux::own_type_in("\n \n:", "/srv"), "");
}

TEST(Selinux, LabelsWhatWasWrittenBeforeAnybodyReadsIt)
{
    FakeHost host;
    host.with_file(selinux::enforces, "0")  // it only logs, and may enforce tomorrow
        .with_program("restorecon")
        .with_directory("/run/systemd/system");
    const auto effects = to_take_effect(
        host, {MakeDirectory{.path = "/etc/ssh/sshd_config.d"}, WriteFile{.path = "/etc/ssh/sshd_config.d/a.conf"}});
    ASSERT_EQ(effects.size(), 2U);
    EXPECT_EQ(to_shell(effects[0].commands), "restorecon -i /etc/ssh/sshd_config.d/a.conf /etc/ssh/sshd_config.d");
    EXPECT_TRUE(to_shell(effects[1].commands).starts_with("sshd -t"));
    host.without("/sys");
    EXPECT_EQ(to_take_effect(host, {WriteFile{.path = "/etc/x"}}), Effects{}) << "SELinux is off";
}

TEST(Selinux, IsToldOnceAndThenLabelsTheTree)
{
    const auto lines = runs_of(joined());
    const auto at = [&](const char* line) { return std::ranges::find(lines, line); };
    EXPECT_NE(at("setsebool -P -V zoo_may on"), lines.end());
    EXPECT_LT(at("semanage fcontext --add --type zoo_t /var/lib/zoo(/.*)?"), at("restorecon -i -R /var/lib/zoo"));
    EXPECT_NE(at("restorecon -i -R /var/lib/zoo"), lines.end());
}

TEST(Selinux, ChangesARuleThatIsThereInsteadOfAddingIt)
{
    auto host = enforcing.machine();
    host.with_file(selinux::own_rules, "/var/lib/zoo(/.*)?    system_u:object_r:hers_t:s0\n");
    ASSERT_TRUE(apply_all(enforcing, host));
    EXPECT_EQ(selinux::own_type(host, "/var/lib/zoo"), "zoo_t");
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(selinux::own_type(host, "/var/lib/zoo"), "hers_t");
}

TEST(Selinux, LabelsATreeAlsoForWhoWasKilledBeforeThat)
{
    auto host = enforcing.machine();
    auto alive = host;
    ASSERT_TRUE(apply_all(enforcing, alive));
    const auto touched = alive.touched();
    const auto semanage =
        std::ranges::find_if(touched, [](const auto& one) { return one.starts_with("run semanage"); });
    host.die_after(static_cast<std::size_t>(semanage - touched.begin()) + 1);
    EXPECT_THROW((void)apply_all(enforcing, host), Died);
    host.recover();
    EXPECT_EQ(std::ranges::count(runs_of(host), "restorecon -i -R /var/lib/zoo"), 0);
    ASSERT_TRUE(apply_all(enforcing, host));
    EXPECT_EQ(std::ranges::count(runs_of(host), "restorecon -i -R /var/lib/zoo"), 1);
}

TEST(Selinux, KeepsARuleThatSomebodyMadeSince)
{
    auto host = joined();
    host.with_file(selinux::own_rules, "/var/lib/zoo(/.*)?    system_u:object_r:hers_t:s0\n");
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(undone->kept,
              (std::vector<Kept>{{"the label of /var/lib/zoo", "it was made hers_t since onenode set it"}}));
    EXPECT_EQ(selinux::own_type(host, "/var/lib/zoo"), "hers_t");
}

TEST(Selinux, SaysHowToTakeItBackOnceItIsOnAgain)
{
    auto host = joined();
    host.without("/sys/fs/selinux");
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    ASSERT_EQ(undone->kept.size(), 2U);
    EXPECT_EQ(undone->kept[0].reason,
              "SELinux is off now; once it is on: semanage fcontext --delete '/var/lib/zoo(/.*)?'");
    EXPECT_EQ(undone->kept[1].reason,
              "SELinux does not tell of it now; it was off before the join: setsebool -P zoo_may off");
}

TEST(Selinux, NamesTheCommandThatDidNotWork)
{
    FakeHost host;
    host.with_file(selinux::enforces, "1");
    const auto done = selinux::set_boolean(host, "no_such", true);
    ASSERT_FALSE(done);
    EXPECT_EQ(one::to_text(done.error()), "cannot switch on SELinux's boolean no_such: Boolean no_such is not defined\n"
                                          "run it by hand to see more: setsebool -P -V no_such on");
}

}  // namespace
}  // namespace onenode
