// A plan is pure, shows each step what the ones before it leave, and is refused when the machine moved on.
#include "tests/unit/nodeagent/core/zoo.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

const World bare = zoo::world("Bare", zoo::bare);

Plan plan_of(const World& world, const FakeHost& host)
{
    return make_plan(world.steps, gather_facts(host, world.steps, world.desired), world.desired);
}

constexpr std::array<std::string_view, 1> no_paths{"/etc/none"};

Changes greet(const Facts& facts, const DesiredState&)
{
    const User* user = facts.user("oneadmin");
    return {WriteFile{.path = "/etc/greeting", .text = user != nullptr ? "hello " + user->shell : "nobody"}};
}

constexpr Step greeter{"greeter", "somebody is greeted", no_paths, greet};

TEST(Plan, ShowsAStepWhatTheOnesBeforeItLeave)
{
    const auto host = zoo::bare();
    const std::array<const Step*, 2> steps{&zoo::step, &greeter};
    const auto plan = make_plan(steps, gather_facts(host, paths_read(steps)), bare.desired);
    ASSERT_EQ(plan.steps.size(), 2U);
    EXPECT_EQ(std::get<WriteFile>(plan.steps.at(1).changes.at(0)).text, "hello /bin/bash");
}

TEST(Plan, TouchesNothing)
{
    const auto host = zoo::used();
    const auto before = host.snapshot();
    const auto plan = plan_of(zoo::world("Used", zoo::used), host);
    EXPECT_FALSE(plan.empty());
    EXPECT_EQ(plan.size(), plan.steps.at(0).changes.size());
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_EQ(host.changes(), 0U);
}

TEST(Plan, ReadsEachPathOnce)
{
    const std::array<const Step*, 3> steps{&zoo::step, &greeter, &zoo::step};
    EXPECT_EQ(paths_read(steps).size(), zoo::reads.size() + 1);
}

TEST(Plan, IsToldInWordsAndDiffs)
{
    const auto host = zoo::used();
    auto world = zoo::world("Used", zoo::used);
    const auto facts = gather_facts(host, world.steps, world.desired);
    const auto text = describe(make_plan(world.steps, facts, world.desired), facts);
    EXPECT_NE(text.find("zoo: every kind of change is made\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  set the shell of oneadmin to /bin/bash\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  add oneadmin to group kvm\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  make directory /var/lib/zoo (0750 oneadmin)\n"), std::string::npos) << text;
    EXPECT_NE(
        text.find("  set our lines in /etc/hosts\n    mode 0664 -> 0644, owner root -> root\n    --- /etc/hosts\n"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find("    +# begin onenode (newline added)\n    +10.0.0.1 one\n    +# end onenode\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("    -mine\n"), std::string::npos) << text;
}

TEST(Apply, RefusesToOverwriteAnEditMadeWhileItPlanned)
{
    auto host = zoo::used();
    const auto plan = plan_of(zoo::world("Used", zoo::used), host);
    host.with_file("/etc/hosts", "127.0.0.1 localhost\n10.9.9.9 hers\n");
    auto journal = Journal::open(host, state_directory).value();
    const auto applied = apply(plan, host, journal);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, ErrorKind::conflict);
    EXPECT_EQ(one::to_line(applied.error()), "cannot write /etc/hosts: it changed while the plan was made");
    EXPECT_EQ(host.read("/etc/hosts").value(), "127.0.0.1 localhost\n10.9.9.9 hers\n");
}

TEST(Apply, RefusesToOverwriteAnEditMadeWhileItWrites)
{
    auto host = zoo::used();
    const auto plan = plan_of(zoo::world("Used", zoo::used), host);
    auto journal = Journal::open(host, state_directory).value();
    const std::string hers = "127.0.0.1 localhost\n10.9.9.9 hers\n";
    const auto edit = [&] { host.with_file("/etc/hosts", hers); };
    bool edited = false;
    const auto applied = apply(plan, host, journal, [&](const Step&, const Change& change) {
        const auto* file = std::get_if<WriteFile>(&change);
        if (file == nullptr || file->path != "/etc/hosts" || std::exchange(edited, true)) return;
        host.meanwhile(fmt::format("append {}/journal", state_directory),
                       edit);  // the look is over, the write is still to come
    });
    ASSERT_TRUE(edited);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, ErrorKind::conflict);
    EXPECT_EQ(one::to_line(applied.error()), "cannot write /etc/hosts: somebody else changes it at the same time");
    EXPECT_EQ(host.read("/etc/hosts").value(), hers);
    EXPECT_TRUE(apply(plan_of(zoo::world("Used", zoo::used), host), host, journal));
    EXPECT_NE(host.read("/etc/hosts").value().find("10.9.9.9 hers\n# begin onenode"), std::string::npos);
}

TEST(Apply, RefusesATextThatItsCheckerRefuses)
{
    auto host = zoo::bare();
    host.answering({"visudo", "-cf"}, CommandOutput{.exit_code = 1, .err = "verify:1:5: syntax error\nmore\n"});
    const auto applied = apply_all(bare, host);
    ASSERT_FALSE(applied);
    EXPECT_EQ(one::to_line(applied.error()),
              "cannot write /etc/sudoers.d/zoo: visudo refuses the text: verify:1:5: syntax error");
    EXPECT_FALSE(host.stat("/etc/sudoers.d/zoo"));
    EXPECT_EQ(host.looked().back().argv, (std::vector<std::string>{"visudo", "-cf", "/var/lib/onenode/verify"}));
    EXPECT_FALSE(host.stat("/var/lib/onenode/verify"));
}

TEST(Apply, WritesTheJournalBeforeEachChange)
{
    auto host = zoo::bare();
    ASSERT_TRUE(apply_all(bare, host));
    std::string last;
    for (const auto& change : host.touched()) {
        const bool of_machine = change.find(state_directory) == std::string::npos;
        if (of_machine) {
            EXPECT_EQ(last, std::string{"append "} + state_directory + "/journal") << change;
        }
        last = change;
    }
}

TEST(Apply, TellsEachChangeBeforeItIsMade)
{
    auto host = zoo::bare();
    auto journal = Journal::open(host, state_directory).value();
    std::vector<std::string> told;
    ASSERT_TRUE(apply(plan_of(bare, host), host, journal, [&](const Step& step, const Change& change) {
        told.push_back(std::string{step.id} + ": " + title_of(change) +
                       (host.stat("/etc/zoo") ? "" : " (not yet linked)"));
    }));
    EXPECT_EQ(told.at(0), "zoo: create group oneadmin (9869) (not yet linked)");
    EXPECT_EQ(told.back(), "zoo: write /var/lib/zoo/notes");
}

TEST(Apply, SaysWhatAnAccountToolSaid)
{
    auto host = zoo::bare();
    host.with_group({.name = "taken", .gid = 9869});
    const auto applied = apply_all(bare, host);
    ASSERT_FALSE(applied);
    EXPECT_EQ(one::to_line(applied.error()), "cannot create group oneadmin: groupadd: GID already exists");
    EXPECT_EQ(applied.error().next, "run it by hand to see more: groupadd --system --gid 9869 oneadmin");
}

TEST(FactsForAPlan, HaveTheDatastoresWhereTheDesiredStateWantsThem)
{
    FakeHost host;
    host.with_link("/srv/one", "/mnt/disk");
    EXPECT_EQ(gather_facts(host, std::span<const Step* const>{}, {.datastore_location = "/srv/one"}).datastores,
              "/mnt/disk");
    EXPECT_EQ(gather_facts(host, std::span<const Step* const>{}, {.datastore_location = "/data"}).datastores, "/data");
    EXPECT_EQ(gather_facts(host, std::vector<std::string>{}).datastores, "/var/lib/one/datastores")
        << "before anybody named a place";
}

TEST(GatheredForAPlan, AreAnswersOfSshdAboutAddressesAlone)
{
    FakeHost host;
    host.answering({"sshd", "-T"}, CommandOutput{.out = "port 22\n"});
    const one::wire::DesiredState desired{
        .frontend_addresses = {"10.0.0.1", "10.0.0.2,user=root", "one.example.com", "fd00::1"}};
    std::vector<std::string> asked;
    const auto facts = gather_facts(host, std::span<const Step* const>{}, desired);
    for (const auto& [address, answer] : facts.sshd)
        asked.push_back(address);
    EXPECT_EQ(asked, (std::vector<std::string>{"10.0.0.1", "fd00::1"}));
}

}  // namespace
}  // namespace onenode
