// What differs from the journal: ours is told apart from what others may do.
#include "nodeagent/core/drift.hpp"

#include "nodeagent/core/before.hpp"
#include "nodeagent/core/runner.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

constexpr const char* directory = "/var/lib/onenode";
constexpr const char* ours = "/etc/onenode.conf";
constexpr const char* hosts = "/etc/hosts";
constexpr const char* block = "# begin onenode\n10.0.0.1 peer\n# end onenode\n";

class DriftTest : public testing::Test {
protected:
    DriftTest() { host.with_file(hosts, "mine\n", 0644).with_file("/etc/old", "old"); }

    void make(const Change& change)
    {
        auto journal = *Journal::open(host, directory);
        const Step step{"test", "", {}, nullptr};
        Plan plan;
        plan.steps.push_back({.step = &step, .changes = {change}});
        ASSERT_TRUE(apply(plan, host, journal));
    }
    std::vector<Drift> drift(Compare compare = Compare::what_is_ours)
    {
        return drift_since(host, *Journal::read(host, directory), compare);
    }
    std::string one_drift()
    {
        const auto all = drift();
        return all.size() == 1 ? all.front().what : std::to_string(all.size()) + " drifts";
    }
    FakeHost host{};
};

TEST_F(DriftTest, IsNoneAfterTheChange)
{
    make(WriteFile{.path = ours, .text = "a"});
    make(WriteFile{.path = hosts, .text = std::string{"mine\n"} + block, .block = "onenode"});
    make(RemoveFile{.path = "/etc/old"});
    make(MakeDirectory{.path = "/etc/d", .mode = 0750});
    make(MakeLink{.path = "/etc/l", .target = "d"});
    EXPECT_EQ(drift(Compare::every_byte), std::vector<Drift>{});
    EXPECT_EQ(managed_paths(*Journal::read(host, directory)),
              (std::vector<std::string>{ours, hosts, "/etc/old", "/etc/d", "/etc/l"}));
}

TEST_F(DriftTest, OfAFileThatOthersSortIsOnlyOurLine)
{
    make(WriteFile{.path = hosts, .text = "mine\nours\n", .line = "ours"});
    host.with_file(hosts, "hers\nours\nmine\n");
    EXPECT_EQ(drift(), std::vector<Drift>{});
    EXPECT_EQ(drift(Compare::every_byte).at(0).what, "lines around ours are changed");
    host.with_file(hosts, "hers\nours too\nmine\n");
    EXPECT_EQ(one_drift(), "our line in it is gone");
}

TEST_F(DriftTest, IsAFileOfOursThatIsChangedGoneOrSomethingElse)
{
    make(WriteFile{.path = ours, .text = "a"});
    host.with_file(ours, "b");
    EXPECT_EQ(one_drift(), "its text is changed");
    host.without(ours);
    EXPECT_EQ(one_drift(), "it is gone");
    host.with_link(ours, "/etc/passwd");
    EXPECT_EQ(one_drift(), "it is no regular file any more");
    make(RemoveFile{.path = "/etc/old"});
    host.without(ours).with_file(ours, "a").with_file("/etc/old", "again");
    EXPECT_EQ(one_drift(), "it is back");
}

TEST_F(DriftTest, IsOnlyOurLinesWhereOthersWriteToo)
{
    make(WriteFile{.path = hosts, .text = std::string{"mine\n"} + block, .block = "onenode"});
    host.with_file(hosts, std::string{"hers\n"} + block + "his\n");
    EXPECT_TRUE(drift().empty());
    EXPECT_EQ(drift(Compare::every_byte).size(), 1U);
    host.with_file(hosts, "hers\n");
    EXPECT_EQ(one_drift(), "our lines in it are changed");
}

TEST_F(DriftTest, IsOwnerAndModeWhereWeGaveThem)
{
    host.with_user({.name = "oneadmin", .uid = 9869, .gid = 9869});
    make(WriteFile{.path = ours, .text = "a", .mode = 0600, .owner = "oneadmin"});
    host.with_file(ours, "a", 0644, 9869, 9869);
    EXPECT_TRUE(drift().empty()) << "sshd and sudo do not mind who may read";
    EXPECT_EQ(drift(Compare::every_byte).size(), 1U);
    host.with_file(ours, "a", 0666, 9869, 9869);
    EXPECT_EQ(one_drift(), "its mode is 0666, not 0600");
    host.with_file(ours, "a", 0600);
    EXPECT_EQ(one_drift(), "it is not oneadmin's any more");
    host.with_file(ours, "a", 0600, 9869, 9869);
    make(WriteFile{.path = hosts, .text = std::string{"mine\n"} + block, .block = "onenode"});
    host.with_file(hosts, std::string{"mine\n"} + block, 0600);
    EXPECT_TRUE(drift().empty()) << "they were there before us";
}

TEST_F(DriftTest, IsTheGroupWhereItMayMoreThanEverybody)
{
    host.with_user({.name = "oneadmin", .uid = 9869, .gid = 9869});
    make(WriteFile{.path = ours, .text = "a", .mode = 0640, .group = "oneadmin"});
    host.with_file(ours, "a", 0640, 0, 4);
    EXPECT_EQ(one_drift(), "its group is not oneadmin any more");
    make(WriteFile{.path = ours, .text = "a", .mode = 0644, .owner = "oneadmin"});
    host.with_file(ours, "a", 0644, 9869, 4);
    EXPECT_TRUE(drift().empty()) << "it can do nothing with it";
    EXPECT_EQ(drift(Compare::every_byte).size(), 1U);
}

TEST_F(DriftTest, CountsTheLatestEntryOfAPathAndNoneThatIsUndone)
{
    make(WriteFile{.path = ours, .text = "a"});
    make(WriteFile{.path = ours, .text = "b"});
    EXPECT_TRUE(drift().empty());
    auto journal = *Journal::open(host, directory);
    ASSERT_TRUE(undo(host, journal));
    EXPECT_TRUE(drift().empty());
    EXPECT_TRUE(managed_paths(*Journal::read(host, directory)).empty());
}

}  // namespace
}  // namespace onenode
