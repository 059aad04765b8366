// HTTP as oned's library speaks it, and the faults that can be asked for.
#include "tests/oned-sim/tests/raw_call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <vector>

namespace onedsim::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view version_call = "<?xml "
                                          "version='1.0'?><methodCall><methodName>one.system.version</"
                                          "methodName><params><param><value><string>oneadmin:opennebula"
                                          "</string></value></param></params></methodCall>";

TEST(Front, KnowsOnePathAndOneMethod)
{
    FreshFront fresh;
    EXPECT_THAT(talk(fresh.front.port(), "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"),
                StartsWith("HTTP/1.1 404 Not Found\r\n"));
    EXPECT_THAT(talk(fresh.front.port(), "GET /RPC2 HTTP/1.1\r\n\r\n"),
                StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
}

TEST(Front, WantsALengthAndABody)
{
    FreshFront fresh;
    EXPECT_THAT(talk(fresh.front.port(), "POST /RPC2 HTTP/1.1\r\n\r\n"),
                StartsWith("HTTP/1.1 411 Length Required\r\n"));
    EXPECT_THAT(post(fresh.front.port(), ""), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_THAT(talk(fresh.front.port(), "garbage\r\n\r\n"), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(Front, AnswersWhatIsNoCallWithAFault)
{
    FreshFront fresh;
    EXPECT_THAT(body_of(post(fresh.front.port(), "not xml")), HasSubstr("<value><i4>-503</i4></value>"));
}

TEST(Front, ServesFifteenAndLetsTheSixteenthWait)
{
    FreshFront fresh;
    fresh.faults.add({.delay_ms = 300, .times = 15});
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::future<std::string>> callers;
    for (int i = 0; i < 16; ++i)
        callers.push_back(
            std::async(std::launch::async, [&] { return body_of(post(fresh.front.port(), version_call)); }));
    for (auto& caller : callers)
        EXPECT_THAT(caller.get(), HasSubstr("7.4.0"));
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds{300});
}

TEST(Front, RefusesConnectionsWhileAskedToAndTakesThemAgain)
{
    FreshFront fresh;
    ASSERT_TRUE(fresh.front.listen(false));
    EXPECT_EQ(post(fresh.front.port(), version_call), "refused");
    ASSERT_TRUE(fresh.front.listen(true));
    EXPECT_THAT(post(fresh.front.port(), version_call), HasSubstr("7.4.0"));
}

TEST(Faults, DropACallThatWasNotMade)
{
    FreshFront fresh;
    fresh.faults.add({.kind = FaultKind::drop, .method = "one.document.allocate", .times = 1});
    EXPECT_EQ(fresh.call("one.document.allocate", {"NAME=a", 1}), "garbage");
    EXPECT_EQ(fresh.call("one.document.allocate", {"NAME=a", 1}), "0");
}

TEST(Faults, LoseTheAnswerOfACallThatWasMade)
{
    FreshFront fresh;
    fresh.faults.add({.kind = FaultKind::lose_answer, .method = "one.document.allocate", .times = 1});
    EXPECT_EQ(fresh.call("one.document.allocate", {"NAME=a", 1}), "garbage");
    EXPECT_EQ(fresh.call("one.document.allocate", {"NAME=a", 1}), "1");
}

TEST(Faults, ComeAfterTheCallsThatMayPass)
{
    FreshFront fresh;
    fresh.faults.add(
        {.kind = FaultKind::error, .times = 1, .after = 1, .text = "Cannot process request, no leader found"});
    EXPECT_EQ(fresh.call("one.system.version", {}), "7.4.0");
    EXPECT_EQ(fresh.call("one.system.version", {}),
              "8192 [one.system.version] Cannot process request, no leader found");
    EXPECT_EQ(fresh.call("one.system.version", {}), "7.4.0");
}

TEST(Faults, CutOrSpoilAnAnswer)
{
    FreshFront fresh;
    fresh.faults.add({.kind = FaultKind::truncate, .times = 1});
    fresh.faults.add({.kind = FaultKind::garbage, .times = 1});
    fresh.faults.add({.kind = FaultKind::status, .times = 1});
    EXPECT_EQ(fresh.call("one.system.version", {}), "garbage");
    EXPECT_EQ(fresh.call("one.system.version", {}), "garbage");
    EXPECT_THAT(post(fresh.front.port(), version_call), StartsWith("HTTP/1.1 500 "));
}

}  // namespace
}  // namespace onedsim::test
