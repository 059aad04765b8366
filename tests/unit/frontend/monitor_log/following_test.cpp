#include "frontend/proofs/monitor_log.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

namespace {

using onefrontend::missing_in_log;
using onefrontend::MonitorLog;
using onefrontend::reason_for_host;
namespace fs = std::filesystem;
using std::chrono::milliseconds;

class FollowedLog : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = (fs::temp_directory_path() / "monitor-log-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        log = (folder / "monitor.log").string();
    }
    void TearDown() override { fs::remove_all(folder); }

    void write(const std::string& text) const { std::ofstream{log, std::ios::app} << text; }
    static std::string next(MonitorLog& follower)
    {
        auto bytes = follower.read_on();
        return bytes ? *bytes : one::to_text(bytes.error());
    }
    std::vector<std::string> missing(std::vector<std::string> texts, milliseconds limit = milliseconds{0})
    {
        auto found = one::run_to_end(loop, missing_in_log(pool, log, std::move(texts), limit));
        return found ? *found : std::vector{one::to_text(found.error())};
    }

    fs::path folder{};
    std::string log{};
    one::asio::io_context loop{};
    one::asio::thread_pool pool{1};
};

TEST_F(FollowedLog, IsReadFromWhereItEnded)
{
    write("old\n");
    MonitorLog follower{log};
    ASSERT_TRUE(follower.skip_to_end());
    EXPECT_EQ(next(follower), "");
    write("new\n");
    EXPECT_EQ(next(follower), "new\n");
    EXPECT_EQ(next(follower), "");
}

TEST_F(FollowedLog, MayBeginSomeBytesBeforeItsEnd)
{
    write("one\ntwo\n");
    MonitorLog follower{log};
    ASSERT_TRUE(follower.skip_to_end(4));
    EXPECT_EQ(next(follower), "two\n");
    ASSERT_TRUE(follower.skip_to_end(1000));
    EXPECT_EQ(next(follower), "one\ntwo\n");
}

TEST_F(FollowedLog, IsNotWaitedForLongAfterTheLastThatCame)
{
    write("first\n");
    auto work = missing_in_log(pool, log, {"first", "second"}, std::chrono::hours{1}, milliseconds{0});
    const auto missing = one::run_to_end(loop, std::move(work));
    EXPECT_EQ(missing.value(), std::vector<std::string>{"second"});
}

TEST_F(FollowedLog, MayNotExistYet)
{
    MonitorLog follower{log};
    ASSERT_TRUE(follower.skip_to_end());
    EXPECT_EQ(next(follower), "");
    write("first\n");
    EXPECT_EQ(next(follower), "first\n");
}

TEST_F(FollowedLog, IsReadToItsEndWhenItIsRenamed)
{
    write("old\n");
    MonitorLog follower{log};
    ASSERT_TRUE(follower.skip_to_end());
    write("last words\n");
    fs::rename(log, log + ".1");
    write("new file\n");
    EXPECT_EQ(next(follower), "last words\n");
    EXPECT_EQ(next(follower), "new file\n");
}

TEST_F(FollowedLog, IsReadFromItsStartWhenItIsEmptiedInPlace)
{
    write("a long old line\n");
    MonitorLog follower{log};
    ASSERT_TRUE(follower.skip_to_end());
    fs::resize_file(log, 0);
    write("new\n");
    EXPECT_EQ(next(follower), "new\n");
}

TEST_F(FollowedLog, IsReadInBoundedPieces)
{
    write(std::string(3'000'000, 'x'));
    MonitorLog follower{log};
    EXPECT_EQ(next(follower).size(), 1024U * 1024U);
}

TEST_F(FollowedLog, FindsTextsOfBeforeAndTellsWhichAreMissing)
{
    write("Fri Nov 20 20:53:47 2026 [Z0][HMM][W]: beacon_host: unknown host 1234567\n");
    EXPECT_EQ(missing({"unknown host 1234567", "unknown host 123456", "nonce"}),
              (std::vector<std::string>{"unknown host 123456", "nonce"}));
}

TEST_F(FollowedLog, WaitsForATextThatIsStillOnItsWay)
{
    write("before\n");
    std::thread writer{[this] { write("unknown host 42\n"); }};
    EXPECT_EQ(missing({"unknown host 42"}, milliseconds{5000}), std::vector<std::string>{});
    writer.join();
}

TEST_F(FollowedLog, FindsATextThatWasRotatedAwayMeanwhile)
{
    std::ofstream{log + "-20261121-1795250165"} << "unknown host 42\n";
    std::ofstream{log + "-20261114-1794645365.gz"} << "unknown host 43\n";
    write("fresh\n");
    EXPECT_EQ(missing({"unknown host 42", "unknown host 43"}), std::vector<std::string>{"unknown host 43"});
}

TEST_F(FollowedLog, FindsTheReasonOfAHostAlsoJustAfterARotation)
{
    std::ofstream{log + "-20261121-1795250165"}
        << "Sat Nov 21 08:36:54 2026 [Z0][MDP][W]: Failed to monitor host 4: why\n";
    write("fresh\n");
    EXPECT_EQ(reason_for_host(log, 4), std::string{"why"});
    EXPECT_EQ(reason_for_host(log, 5), std::string{});
}

TEST_F(FollowedLog, IsReadOffTheLoop)
{
    write("trace\n");
    std::promise<void> worker_may_go;
    one::asio::post(pool, [may_go = worker_may_go.get_future().share()] { may_go.wait(); });
    auto missing =
        one::asio::co_spawn(loop, missing_in_log(pool, log, {"trace"}, milliseconds{0}), one::asio::use_future);
    loop.poll();
    EXPECT_EQ(missing.wait_for(milliseconds{0}), std::future_status::timeout) << "it needs the worker";
    worker_may_go.set_value();
    loop.run();
    EXPECT_TRUE(missing.get()->empty());
}

TEST_F(FollowedLog, NamesAFileThatCannotBeRead)
{
    const auto reason = reason_for_host(folder.string(), 4);
    ASSERT_FALSE(reason);
    EXPECT_EQ(reason.error().doing, "read onemonitord's log");
    EXPECT_EQ(reason.error().thing, folder.string());
}

}  // namespace
