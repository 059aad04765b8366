// Every way in which editors and tools change a file is seen; what happens beside it is not.
#include "nodeagent/watch/inotify.hpp"

#include "tests/integration/watch/seen.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace onenode {
namespace {

namespace fs = std::filesystem;

class InotifyTest : public testing::Test {
protected:
    InotifyTest() { fs::create_directories(folder / "deep"); }
    ~InotifyTest() override { fs::remove_all(folder); }

    void write(const fs::path& path, const std::string& text) { std::ofstream{path} << text; }
    void watch(const std::vector<fs::path>& paths)
    {
        const std::vector<std::string> texts{paths.begin(), paths.end()};
        const auto watched = eye->watch(texts);
        ASSERT_TRUE(watched) << one::to_text(watched.error());
    }
    void expect_seen(const std::string& what)
    {
        EXPECT_EQ(seen(loop, *eye), Woken::changed) << what;
        while (seen_at_once(loop, *eye) == Woken::changed) {
        }
        watch({file});
    }

    fs::path folder{fs::path{testing::TempDir()} / ("onenode-inotify-" + std::to_string(::getpid()))};
    fs::path file{folder / "deep" / "file"};
    one::asio::io_context loop{1};
    std::unique_ptr<Inotify> eye = *Inotify::open(loop.get_executor());
};

TEST_F(InotifyTest, SeesEveryWayToChangeAFile)
{
    watch({file});
    write(file, "a");
    expect_seen("made");
    write(file, "b");
    expect_seen("written in place");
    write(folder / "deep" / "file.new", "c");
    fs::rename(folder / "deep" / "file.new", file);
    expect_seen("replaced");
    fs::permissions(file, fs::perms::owner_read);
    expect_seen("its mode");
    fs::rename(file, folder / "deep" / "elsewhere");
    expect_seen("moved away");
    fs::create_symlink("/etc/passwd", file);
    expect_seen("a link");
    fs::remove(file);
    expect_seen("removed");
}

TEST_F(InotifyTest, SeesTheModeOfADirectoryThatIsNamed)
{
    watch({folder / "deep"});
    fs::permissions(folder / "deep", fs::perms::all);
    expect_seen("its mode");
}

TEST_F(InotifyTest, SeesAllThatStandsInADirectoryThatEndsInASlash)
{
    const fs::path rules = folder / "deep" / "";
    watch({rules});
    write(folder / "deep" / "one-rule", "a");
    expect_seen("another file");
    watch({rules});
    fs::remove(folder / "deep" / "one-rule");
    expect_seen("removed");
    fs::remove_all(folder / "deep");
    watch({rules});
    fs::create_directory(folder / "deep");
    expect_seen("the directory itself");
}

TEST_F(InotifyTest, SeesADirectoryThatIsMovedAwayRemovedAndMadeAgain)
{
    write(file, "a");
    watch({file});
    fs::rename(folder / "deep", folder / "away");
    expect_seen("moved away");
    fs::create_directory(folder / "deep");
    expect_seen("made again");
    write(file, "b");
    expect_seen("its file");
    fs::remove_all(folder / "deep");
    expect_seen("removed");
}

TEST_F(InotifyTest, WaitsForADirectoryThatIsNotThereYet)
{
    const auto late = folder / "not" / "yet" / "there";
    watch({late});
    fs::create_directories(late.parent_path());
    EXPECT_EQ(seen(loop, *eye), Woken::changed);
    watch({late});
    write(late, "a");
    EXPECT_EQ(seen(loop, *eye), Woken::changed);
}

TEST_F(InotifyTest, SleepsWhileOthersWriteBesideIt)
{
    watch({file});
    write(folder / "deep" / "other", "a");
    write(folder / "file", "a");
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
}

TEST_F(InotifyTest, DoesNotLookBehindALinkThatStandsForTheDirectory)
{
    fs::remove_all(folder / "deep");
    fs::create_directory(folder / "busy");
    fs::create_directory_symlink(folder / "busy", folder / "deep");
    watch({file});
    write(folder / "busy" / "file", "a");
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
    fs::remove(folder / "deep");
    expect_seen("the link is gone");
}

TEST_F(InotifyTest, ForgetsWhatItIsNotAskedForAnyMore)
{
    watch({file, folder / "other"});
    watch({folder / "other"});
    write(file, "a");
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
    write(folder / "other", "a");
    EXPECT_EQ(seen(loop, *eye), Woken::changed);
}

TEST_F(InotifyTest, ReadsManyEventsAtOnce)
{
    watch({file});
    for (int i = 0; i < 2000; ++i)
        write(folder / "deep" / ("some-rather-long-name-of-a-file-" + std::to_string(i)), "a");
    write(file, "a");
    EXPECT_EQ(seen(loop, *eye), Woken::changed);
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
}

TEST_F(InotifyTest, StopsWhenItIsToldTo)
{
    Woken woken = Woken::changed;
    one::Tasks tasks{loop.get_executor()};
    const auto wait = [](Eye& on, Woken& result, std::optional<std::chrono::milliseconds> limit) -> Async<> {
        result = co_await on.changed(limit);
    };
    for (const auto limit :
         {std::optional<std::chrono::milliseconds>{}, std::optional{std::chrono::milliseconds{60'000}}}) {
        woken = Woken::changed;
        tasks.spawn("wait", wait(*eye, woken, limit));
        loop.restart();
        loop.poll();
        tasks.cancel();
        loop.restart();
        loop.run();
        EXPECT_EQ(woken, Woken::cancelled);
    }
}

}  // namespace
}  // namespace onenode
