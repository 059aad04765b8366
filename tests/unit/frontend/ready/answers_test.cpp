// First bytes of services that are well, and of services that are not.
#include "frontend/ready/answers.hpp"

#include <gtest/gtest.h>

using namespace onefrontend;
using one::ErrorKind;

namespace {

std::string reply(std::string_view body)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n\r\n" + std::string{body};
}

std::string answer_of_oned(std::string_view success, std::string_view text, int code)
{
    return reply(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<methodResponse>\r\n<params>\r\n<param><value><array><data>"
        "<value><boolean>" +
        std::string{success} + "</boolean></value><value><string>" + std::string{text} +
        "</string></value><value><i4>" + std::to_string(code) +
        "</i4></value></data></array></value></param>\r\n</params>\r\n</methodResponse>\r\n");
}

}  // namespace

TEST(HttpStatus, IsReadFromTheFirstBytes)
{
    EXPECT_EQ(*http_status("HTTP/1.1 401 U"), 401);
    EXPECT_EQ(*http_status("HTTP/1.0 200"), 200);
}

TEST(HttpStatus, IsNotSeenInOtherProtocols)
{
    for (const auto* bytes : {"", "SSH-2.0-OpenSSH", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 abc", "HTTP/1.1 99999"})
        EXPECT_FALSE(http_status(bytes)) << bytes;
}

TEST(DatabaseGreeting, OfTodaysProtocolIsReady)
{
    const std::string greeting{"\x5a\0\0\0\x0a"
                               "5.5.5-10.11.6-MariaDB",
                               26};
    EXPECT_TRUE(judge_database_greeting(greeting));
}

TEST(DatabaseGreeting, ThatRefusesUsSaysWhy)
{
    const std::string refusal{"\x30\0\0\0\xff\x6a\x04Host '10.0.0.1' is not allowed", 37};
    const auto judged = judge_database_greeting(refusal);
    ASSERT_FALSE(judged);
    EXPECT_EQ(judged.error().kind, ErrorKind::denied);
    EXPECT_EQ(judged.error().reason, "it says: Host '10.0.0.1' is not allowed");
}

TEST(DatabaseGreeting, OfSomethingElseIsNotTakenForADatabase)
{
    EXPECT_EQ(judge_database_greeting("SSH-2.0-OpenSSH_9.2").error().kind, ErrorKind::invalid);
    EXPECT_EQ(judge_database_greeting("").error().kind, ErrorKind::unreachable);
    EXPECT_EQ(judge_database_greeting("abc").error().kind, ErrorKind::unreachable);
}

TEST(Call, ThatSucceededShowsThatTheCredentialsWork)
{
    const auto judged = judge_call("one.system.version", answer_of_oned("1", "7.4.0", 0));
    ASSERT_TRUE(judged) << one::to_line(judged.error());
    EXPECT_EQ(*judged, Credentials::accepted);
}

TEST(Call, ThatIsRefusedForThePasswordIsStillReady)
{
    const auto judged =
        judge_call("one.system.version",
                   answer_of_oned("0", "[one.system.version] User couldn't be authenticated, aborting call.", 0x0100));
    ASSERT_TRUE(judged) << one::to_line(judged.error());
    EXPECT_EQ(*judged, Credentials::refused);
}

TEST(Call, DuringAnElectionIsNotReadyButAlive)
{
    const auto answer =
        answer_of_oned("0", "[one.system.version] Cannot process request, server is in election mode", 0x2000);
    EXPECT_FALSE(judge_call("one.system.version", answer));
    EXPECT_TRUE(judge_life(answer));
}

TEST(Life, IsDeniedToWhatBreaksOffOrSpeaksSomethingElse)
{
    for (const auto& answer :
         {std::string{}, std::string{"HTTP/1.1 200 OK\r\n"}, reply(""), reply("<html>hello</html>")})
        EXPECT_FALSE(judge_life(answer)) << answer;
}
