#include "frontend/bootstrap/shipped.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace onefrontend::bootstrap;
namespace fs = std::filesystem;

namespace {

using Steps = std::vector<Step>;

Steps plan(const Digests& before, const Digests& shipped, const Digests& there)
{
    return plan_refresh(before, shipped, there, is_driver);
}

TEST(RefreshPlan, AddsWhatIsMissingAndReplacesWhatNobodyChanged)
{
    EXPECT_EQ(plan({}, {{"a", "1"}}, {}), (Steps{{Act::add, "a"}}));
    EXPECT_EQ(plan({{"a", "1"}}, {{"a", "2"}}, {{"a", "1"}}), (Steps{{Act::replace, "a"}}));
    EXPECT_EQ(plan({{"a", "1"}}, {{"a", "1"}}, {{"a", "1"}}), Steps{});
    EXPECT_EQ(plan({{"a", "1"}}, {{"a", "2"}}, {{"a", "2"}}), Steps{});  // killed between
}

TEST(RefreshPlan, LeavesWhatPeopleChanged)
{
    EXPECT_EQ(plan({{"a", "1"}}, {{"a", "1"}}, {{"a", "mine"}}), Steps{});
    EXPECT_EQ(plan({{"a", "1"}}, {{"a", "2"}}, {{"a", "mine"}}), (Steps{{Act::leave, "a"}}));
    EXPECT_EQ(plan({}, {{"a", "1"}}, {{"a", "mine"}, {"b", "added"}}), (Steps{{Act::leave, "a"}}));
}

TEST(RefreshPlan, DriversAreThoseOfThisVersion)
{
    EXPECT_EQ(plan({{"remotes/im/x", "1"}}, {{"remotes/im/x", "2"}}, {{"remotes/im/x", "mine"}}),
              (Steps{{Act::save, "remotes/im/x"}}));
    EXPECT_EQ(plan({{"remotes/etc/x", "1"}}, {{"remotes/etc/x", "2"}}, {{"remotes/etc/x", "mine"}}),
              (Steps{{Act::leave, "remotes/etc/x"}}));
}

TEST(RefreshPlan, RemovesWhatShipsNoLonger)
{
    EXPECT_EQ(plan({{"a", "1"}, {"b", "1"}}, {}, {{"a", "1"}, {"b", "mine"}}), (Steps{{Act::remove, "a"}}));
}

class Refresh : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = testing::TempDir() + "refreshXXXXXX";
        root = ::mkdtemp(pattern.data());
        fs::create_directories(root + "/volume");
    }
    void TearDown() override { fs::remove_all(root); }
    void write(const std::string& path, const std::string& text) const
    {
        fs::create_directories(fs::path{root + path}.parent_path());
        std::ofstream{root + path} << text;
    }
    [[nodiscard]] std::string read(const std::string& path) const
    {
        std::ifstream file{root + path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    [[nodiscard]] Refreshed run(const std::string& image) const
    {
        auto done = refresh(root + image, root + "/volume", {"configured"});
        EXPECT_TRUE(done) << (done ? "" : to_text(done.error()));
        return done ? *done : Refreshed{};
    }
    std::string root{};
};

TEST_F(Refresh, AnUpgradeKeepsEditsAndBringsTheRest)
{
    write("/old/a", "old");
    write("/old/edited", "old");
    write("/old/remotes/im/probe", "old");
    write("/old/gone", "old");
    write("/old/configured", "old");
    EXPECT_EQ(run("/old").changed, 4);
    EXPECT_EQ(run("/old").changed, 0);

    write("/volume/edited", "mine");
    write("/volume/added", "mine");
    write("/volume/remotes/im/probe", "mine");
    write("/new/a", "new");
    write("/new/edited", "new");
    write("/new/remotes/im/probe", "new");
    fs::create_symlink("a", root + "/new/link");
    const auto done = run("/new");
    EXPECT_EQ(read("/volume/a"), "new");
    EXPECT_EQ(read("/volume/link"), "new");
    EXPECT_EQ(read("/volume/edited"), "mine");
    EXPECT_EQ(read("/volume/added"), "mine");
    EXPECT_EQ(read("/volume/remotes/im/probe"), "new");
    EXPECT_EQ(read("/volume/.replaced/remotes/im/probe"), "mine");
    EXPECT_FALSE(fs::exists(root + "/volume/gone"));
    EXPECT_FALSE(fs::exists(root + "/volume/configured"));
    EXPECT_EQ(done.left.size(), 1U);
    EXPECT_EQ(done.saved.size(), 1U);

    const auto again = run("/new");
    EXPECT_EQ(again.changed, 0);
    EXPECT_TRUE(again.left.empty());
}

TEST_F(Refresh, KeepsModes)
{
    write("/image/script", "x");
    ::chmod((root + "/image/script").c_str(), 0750);
    EXPECT_EQ(run("/image").changed, 1);
    struct stat info {};
    ASSERT_EQ(::stat((root + "/volume/script").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0750U);
}

TEST_F(Refresh, SaysWhatIsWrongWhereNothingShips)
{
    EXPECT_FALSE(refresh(root + "/nowhere", root + "/volume", {}));
}

}  // namespace
