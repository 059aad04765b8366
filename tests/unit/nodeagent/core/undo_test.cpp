// Undo where people lived on after the join: their edits stay, ours go, and what must stay is named.
#include "tests/unit/nodeagent/core/zoo.hpp"

#include "nodeagent/core/before.hpp"
#include "nodeagent/core/traces.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

namespace onenode {
namespace {

FakeHost joined(const World& world)
{
    auto host = world.machine();
    EXPECT_TRUE(apply_all(world, host));
    return host;
}

std::vector<std::string> things(const std::vector<Kept>& kept)
{
    std::vector<std::string> names;
    for (const auto& one : kept)
        names.push_back(one.thing);
    return names;
}

const World bare = zoo::world("Bare", zoo::bare);
const World used = zoo::world("Used", zoo::used);

TEST(Undo, TakesOnlyOurLinesOutOfAFileThatSomebodyEdited)
{
    auto host = joined(used);
    const auto text = host.read("/etc/hosts").value();
    host.with_file("/etc/hosts", "# mine\n" + text + "10.9.9.9 hers\n", 0664);
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(host.read("/etc/hosts").value(), "# mine\n127.0.0.1 localhost\n10.0.0.9 old\n10.9.9.9 hers\n");
    EXPECT_EQ(undone->kept, std::vector<Kept>{});
}

TEST(Undo, NamesAFileOfOursThatNowHoldsOthersLines)
{
    auto host = joined(bare);
    host.with_file("/etc/hosts", host.read("/etc/hosts").value() + "10.9.9.9 hers\n");
    const auto undone = undo_all(host);
    EXPECT_EQ(host.read("/etc/hosts").value(), "10.9.9.9 hers\n");
    EXPECT_EQ(undone->kept, (std::vector<Kept>{{"/etc/hosts", "lines that are not onenode's stand in it"}}));
}

TEST(Undo, RemovesAFileOfOursThatHoldsNothingElse)
{
    auto host = joined(bare);
    host.with_file("/etc/hosts", "\n" + host.read("/etc/hosts").value() + "\n\n");
    ASSERT_TRUE(undo_all(host));
    EXPECT_FALSE(host.stat("/etc/hosts"));
}

TEST(Undo, KeepsAWholeFileThatSomebodyEdited)
{
    auto host = joined(used);
    host.with_file("/etc/sudoers.d/zoo", "her rule\n", 0440);
    const auto undone = undo_all(host);
    EXPECT_EQ(host.read("/etc/sudoers.d/zoo").value(), "her rule\n");
    EXPECT_EQ(undone->kept,
              (std::vector<Kept>{
                  {"/etc/sudoers.d/zoo", "it was edited since onenode wrote it: remove it if nobody needs it"}}));
}

TEST(Undo, TakesOurClaimOutOfAWholeFileThatSomebodyEdited)
{
    auto host = joined(bare);
    const std::vector<std::string> named{"/etc/sudoers.d/onenode-zoo"};
    const std::string hers = "# Written by onenode: a rule.\nher rule\n";
    host.with_file("/etc/sudoers.d/zoo", hers, 0440).with_file(named.front(), hers);
    ASSERT_EQ(find_traces(host, named, our_block, {}), named);
    ASSERT_TRUE(undo_all(host));
    const auto left = host.read("/etc/sudoers.d/zoo").value();
    EXPECT_EQ(left, "# Once written by onenode: a rule.\nher rule\n");
    EXPECT_EQ(host.stat("/etc/sudoers.d/zoo")->mode & 0777U, 0440U);
    host.with_file(named.front(), left);
    EXPECT_TRUE(find_traces(host, named, our_block, {}).empty()) << "no join is missed for it";
}

TEST(Undo, GivesBackAFileThatSomebodyRemoved)
{
    auto host = joined(used);
    host.without("/etc/sudoers.d/zoo");
    ASSERT_TRUE(undo_all(host));
    EXPECT_EQ(host.read("/etc/sudoers.d/zoo").value(), "old rule\n");
}

TEST(Undo, KeepsAFileThatSomebodyMadeAnewWhereOursRemovedOne)
{
    auto host = joined(used);
    ASSERT_FALSE(host.stat("/etc/sudoers.d/relic"));
    host.with_file("/etc/sudoers.d/relic", "her rule\n", 0440);
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(host.read("/etc/sudoers.d/relic").value(), "her rule\n");
    EXPECT_EQ(undone->kept,
              (std::vector<Kept>{{"/etc/sudoers.d/relic", "somebody made it anew since onenode removed it"}}));
}

TEST(Undo, NeverWritesThroughALinkThatTookAFilesPlace)
{
    auto host = joined(used);
    host.without("/var/lib/zoo/notes").with_link("/var/lib/zoo/notes", "/etc/shadow", 9869);
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(host.read_link("/var/lib/zoo/notes").value(), "/etc/shadow");
    EXPECT_EQ(things(undone->kept), std::vector<std::string>{"/var/lib/zoo/notes"});
}

TEST(Undo, KeepsADirectoryWithContentAndItsOwner)
{
    auto host = joined(bare);
    host.with_file("/var/lib/zoo/disk.0", "a guest", 0600, 9869, 9869);
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(undone->kept, (std::vector<Kept>{{"/var/lib/zoo", "it holds disk.0"},
                                               {"user oneadmin", "/var/lib/zoo is left and may need its owner"},
                                               {"group oneadmin", "user oneadmin stays and has it"}}));
    EXPECT_TRUE(host.user("oneadmin"));
    EXPECT_TRUE(host.read("/var/lib/zoo/disk.0"));
}

TEST(Undo, KeepsADirectoryThatSomethingWasMountedOn)
{
    auto host = joined(bare);
    auto rehearsed = host;
    const auto applied = host.touched().size();
    ASSERT_TRUE(undo_all(rehearsed));
    const auto& touched = rehearsed.touched();
    const auto first = std::find_if(touched.begin() + static_cast<std::ptrdiff_t>(applied), touched.end(),
                                    [](const std::string& act) { return act.starts_with("remove-directory"); });
    ASSERT_NE(first, touched.end());
    host.fail_at(static_cast<std::size_t>(first - touched.begin()) - applied + 1, EBUSY);
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone) << one::to_text(undone.error());
    ASSERT_FALSE(undone->kept.empty());
    EXPECT_EQ(undone->kept.front().reason, "a file system is mounted there");
    EXPECT_EQ("remove-directory " + undone->kept.front().thing, *first);
}

TEST(Undo, GoesOnLaterWhereAnAccountCouldNotBeWrittenNow)
{
    auto host = joined(bare);
    auto locked = host;
    auto rehearsed = host;
    const auto applied = host.touched().size();
    ASSERT_TRUE(undo_all(rehearsed));
    const auto& touched = rehearsed.touched();
    const auto at = std::ranges::find(touched, "run userdel oneadmin");
    ASSERT_NE(at, touched.end());
    locked.fail_at(static_cast<std::size_t>(at - touched.begin()) - applied + 1, EROFS);
    const auto failed = undo_all(locked);
    ASSERT_FALSE(failed) << "the account would stay, and nobody would know any more whose it was";
    EXPECT_EQ(one::to_line(failed.error()), "cannot take back user oneadmin: userdel: Read-only file system");
    locked.recover();
    ASSERT_TRUE(undo_all(locked));
    EXPECT_FALSE(locked.user("oneadmin"));
}

// For a sick disk, or for want of a descriptor.
class WithoutAccounts : public FakeHost {
public:
    explicit WithoutAccounts(const FakeHost& host) : FakeHost(host) {}

    Result<User> user(std::string_view name) const override
    {
        if (is_sick) return one::fail(one::error_from_errno(EIO, "/etc/passwd"));
        return FakeHost::user(name);
    }
    Result<Group> group(std::string_view name) const override
    {
        if (is_sick) return one::fail(one::error_from_errno(EIO, "/etc/group"));
        return FakeHost::group(name);
    }
    bool is_sick = true;
};

TEST(Undo, TakesNoAccountForGoneThatItCouldNotLookAt)
{
    for (const auto& world : {bare, used}) {
        WithoutAccounts host{joined(world)};
        const auto failed = undo_all(host);
        ASSERT_FALSE(failed) << "it would stay, and nobody would know any more whose it was";
        EXPECT_EQ(one::to_line(failed.error()).rfind("cannot look for /etc/", 0), 0U) << one::to_line(failed.error());
        host.is_sick = false;
        ASSERT_TRUE(undo_all(host));
        EXPECT_EQ(machine_of(host), machine_of(world.machine()));
    }
}

TEST(Before, OfAnAccountThatNobodyCouldLookAtIsNotThatThereWasNone)
{
    const WithoutAccounts host{zoo::used()};
    for (const Change& change :
         {Change{CreateUser{.name = "oneadmin", .uid = 9869, .gid = 9869}}, Change{CreateGroup{.name = "kvm"}},
          Change{JoinGroup{.user = "oneadmin", .group = "kvm"}}})
        EXPECT_FALSE(look_before(host, change)) << title_of(change) << ": leave would take it away";
}

TEST(Undo, KeepsAUserWhoOwnsSomethingElsewhere)
{
    auto host = joined(bare);
    host.with_file("/var/tmp/deep/er/file", "x", 0600, 9869, 9869);
    const auto undone = undo_all(host);
    EXPECT_EQ(undone->kept.at(0), (Kept{"user oneadmin", "/var/tmp/deep/er/file is left and may need its owner"}));
}

TEST(Undo, KeepsAUserWhoseProcessesRun)
{
    auto host = joined(bare);
    host.with_process({.pid = 812, .uid = 9869, .argv = {"ruby", "monitord-client.rb"}});
    const auto undone = undo_all(host);
    EXPECT_EQ(undone->kept.at(0), (Kept{"user oneadmin", "process 812 ruby runs under it"}));
}

TEST(Undo, LeavesAUserWhoIsNotTheOneWeMade)
{
    auto host = joined(bare);
    host.machine().users["oneadmin"].uid = 5000;
    const auto undone = undo_all(host);
    EXPECT_EQ(undone->kept.at(0).thing, "user oneadmin");
    EXPECT_TRUE(host.user("oneadmin"));
}

TEST(Undo, LeavesAShellAndAModeThatPeopleChangedSince)
{
    auto host = joined(used);
    host.machine().users["oneadmin"].shell = "/bin/zsh";
    host.machine().files["/var/spool"].mode = 0755;
    host.machine().files["/var/lib/zoo"].mode = 0700;
    const auto undone = undo_all(host);
    EXPECT_EQ(things(undone->kept), (std::vector<std::string>{"/var/lib/zoo", "user oneadmin"}));
    EXPECT_EQ(host.user("oneadmin")->shell, "/bin/zsh");
}

TEST(Undo, GivesBackTheFirstTextAfterManyApplications)
{
    auto world = used;
    auto host = joined(world);
    for (const auto* name : {"10.0.0.2 two", "10.0.0.3 three"}) {
        world.desired.frontend_names = {name};
        ASSERT_TRUE(apply_all(world, host));
    }
    ASSERT_TRUE(undo_all(host));
    EXPECT_EQ(host.snapshot(), used.machine().snapshot());
}

TEST(Undo, KeepsAnEditMadeBetweenTwoApplications)
{
    auto world = used;
    auto host = joined(world);
    host.with_file("/etc/hosts", host.read("/etc/hosts").value() + "10.9.9.9 hers\n", 0664);
    world.desired.frontend_names = {"10.0.0.2 two"};
    ASSERT_TRUE(apply_all(world, host));
    ASSERT_TRUE(undo_all(host));
    EXPECT_EQ(host.read("/etc/hosts").value(), "127.0.0.1 localhost\n10.0.0.9 old\n10.9.9.9 hers\n");
}

TEST(Undo, CanBeFollowedByAnotherJoin)
{
    auto host = joined(used);
    auto journal = Journal::open(host, state_directory).value();
    host.die_after(6);
    EXPECT_THROW((void)undo(host, journal), Died);
    host.recover();
    ASSERT_TRUE(apply_all(used, host));
    ASSERT_TRUE(undo_all(host));
    EXPECT_EQ(host.snapshot(), used.machine().snapshot());
}

TEST(Undo, StopsOnAFullDiskAndGoesOnLater)
{
    auto host = joined(used);
    host.fail_from(3, ENOSPC);
    const auto undone = undo_all(host);
    ASSERT_FALSE(undone);
    EXPECT_EQ(undone.error().kind, ErrorKind::no_space);
    host.recover();
    ASSERT_TRUE(undo_all(host));
    EXPECT_EQ(host.snapshot(), used.machine().snapshot());
}

TEST(Undo, KeepsTheOwnerOfDisksThatLieElsewhere)
{
    auto host = joined(bare);
    host.with_file("/srv/one/0/12/disk.0", "a disk", 0640, 9869, 9869);
    auto journal = Journal::open(host, state_directory).value();
    const auto undone = undo(host, journal, {"/srv/one"});
    ASSERT_TRUE(undone);
    EXPECT_TRUE(host.user("oneadmin"));
    EXPECT_NE(std::ranges::find(undone->kept, "user oneadmin", &Kept::thing), undone->kept.end());
}

// A change of owner and mode alone, planned as doctor's fixes are.
Plan attributes_of(const std::string& path)
{
    static constexpr Step step{"s", "t", {}, nullptr};
    Plan plan;
    plan.steps.push_back({.step = &step,
                          .changes = {SetAttributes{.path = path, .mode = 0600, .owner = "root"},
                                      MakeDirectory{.path = "/etc/ceph", .mode = 0700}}});
    return plan;
}

FakeHost with_a_key()
{
    FakeHost host;
    host.with_directory("/etc/ceph", 0755).with_file("/etc/ceph/client.keyring", "key = c2VjcmV0", 0644);
    return host;
}

TEST(Undo, GivesOwnerAndModeBackWithoutThatTheJournalEverHeldTheText)
{
    auto host = with_a_key();
    const auto before = host.snapshot();
    auto journal = *Journal::open(host, state_directory);
    ASSERT_TRUE(apply(attributes_of("/etc/ceph/client.keyring"), host, journal));
    ASSERT_EQ(host.stat("/etc/ceph/client.keyring")->mode, 0600U);
    for (const auto& entry : journal.entries())
        EXPECT_EQ(std::get<BeforeFile>(entry.before).text, "");
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(undone->kept, std::vector<Kept>{});
    EXPECT_EQ(host.snapshot(), before);
}

TEST(Undo, LeavesAGroupThatSomebodyGave)
{
    auto host = with_a_key();
    auto journal = *Journal::open(host, state_directory);
    ASSERT_TRUE(apply(attributes_of("/etc/ceph/client.keyring"), host, journal));
    ASSERT_TRUE(host.set_attributes("/etc/ceph/client.keyring", 0600, "root", "64045"));
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(undone->kept, (std::vector<Kept>{{"/etc/ceph/client.keyring",
                                                "its owner, group or mode were changed since onenode set them"}}));
    EXPECT_EQ(host.stat("/etc/ceph/client.keyring")->gid, 64045U);
}

TEST(Undo, TakesJournalsOfVersionsThatKeptTheTextAndForgetsIt)
{
    auto host = with_a_key();
    const auto before = host.snapshot();
    const std::string path = "/etc/ceph/client.keyring";
    const SetAttributes change{.path = path, .mode = 0600, .owner = "root"};
    {
        auto old = *Journal::open(host, state_directory);
        ASSERT_TRUE(old.record("s", change, *look_at_file(host, path), ""));
        ASSERT_TRUE(host.set_attributes(path, 0600, "root", ""));
    }
    const auto file = std::string{state_directory} + "/journal";
    const auto size = host.stat(file)->size;
    ASSERT_TRUE(Journal::open(host, state_directory));
    EXPECT_LT(host.stat(file)->size, size);
    EXPECT_EQ(std::get<BeforeFile>(Journal::read(host, state_directory)->at(0).before).text, "");
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(undone->kept, std::vector<Kept>{});
    EXPECT_EQ(host.snapshot(), before);
}

TEST(Undo, LeavesWhatStoodInTheWayOfADirectoryWithoutAWord)
{
    auto host = with_a_key();
    host.without("/etc/ceph/client.keyring").without("/etc/ceph").with_file("/etc/ceph", "hers");
    auto journal = *Journal::open(host, state_directory);
    EXPECT_FALSE(apply({.steps = {attributes_of("/etc/ceph").steps.at(0)}}, host, journal));
    host.with_file("/etc/ceph", "hers, later", 0600);
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(host.read("/etc/ceph").value(), "hers, later");
}

}  // namespace
}  // namespace onenode
