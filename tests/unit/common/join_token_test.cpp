// What a join token survives, and how each way of breaking it is called.
#include "common/join_token.hpp"

#include "common/text/encoding.hpp"
#include "tests/unit/support/seed.hpp"

#include <gtest/gtest.h>

using one::parse_join_token;

namespace {

std::string a_token(int id = 17)
{
    one::JoinToken token;
    token.id = id;
    token.secret = one::make_join_secret();
    token.pin = one::to_base64url(one::sha256("a public key"));
    return std::string{to_text(token).reveal()};
}

std::string reason(std::string_view text)
{
    const auto parsed = parse_join_token(text);
    return parsed ? "good" : parsed.error().reason;
}

TEST(JoinToken, ComesBackAsItWasWritten)
{
    const auto parsed = parse_join_token(a_token(4711));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->id, 4711);
    EXPECT_EQ(parsed->pin, one::to_base64url(one::sha256("a public key")));
    EXPECT_EQ(parsed->secret.reveal().size(), 27U);
}

TEST(JoinToken, ToleratesWhatPeoplePasteAroundIt)
{
    const std::string text = a_token();
    for (const auto& around :
         {" " + text + "\r\n", "\"" + text + "\"", "'" + text + "'\n", "Bearer " + text, "`" + text + "`"})
        EXPECT_EQ(reason(around), "good");
}

TEST(JoinToken, TellsAnEmptyOneFromSomethingElse)
{
    EXPECT_EQ(reason(""), "it is empty");
    EXPECT_EQ(reason(" \n"), "it is empty");
    EXPECT_EQ(reason("\"\""), "it is empty");
    EXPECT_EQ(reason("K10abc::server:xyz"), "this is no join token: those begin with ont1.");
    EXPECT_EQ(reason("onto.the.next.thing"), "this is no join token: those begin with ont1.");
    EXPECT_EQ(reason("ont.1.2.3.4"), "this is no join token: those begin with ont1.");
}

TEST(JoinToken, TellsOneOfANewerVersion)
{
    EXPECT_EQ(reason("ont2.whatever"), "it was made for a newer version of onenode");
    EXPECT_EQ(reason("ont10.a.b"), "it was made for a newer version of onenode");
}

TEST(JoinToken, TellsACutTokenFromAMistypedOne)
{
    const std::string text = a_token();
    for (std::size_t length = 5; length < text.size(); ++length)
        EXPECT_EQ(reason(text.substr(0, length)), "it was cut: its end is missing") << length;
}

TEST(JoinToken, NoticesEverySingleWrongLetter)
{
    const std::string text = a_token();
    for (std::size_t at = 5; at < text.size(); ++at) {
        if (text[at] == '.') continue;
        std::string wrong = text;
        wrong[at] = wrong[at] == 'x' ? 'y' : 'x';
        EXPECT_EQ(reason(wrong), "it was mistyped: its checksum does not fit") << at;
    }
    EXPECT_EQ(reason(text + "x"), "it was mistyped: its checksum does not fit");
    EXPECT_EQ(reason(text + ".x"), "it was mistyped: its checksum does not fit");
    EXPECT_EQ(reason(text.substr(0, 30) + "\n" + text.substr(30)), "it has white space inside");
}

TEST(JoinToken, RefusesPartsThatOnlyTheChecksumCallsGood)
{
    for (const std::string& before :
         {std::string{"ont1.x.AAAA.AAAA."}, "ont1.-1." + std::string(27, 'A') + "." + std::string(43, 'A') + ".",
          "ont1.99999999999." + std::string(27, 'A') + "." + std::string(43, 'A') + "."})
        EXPECT_EQ(reason(before + one::to_base64url(one::sha256(before).substr(0, 4))),
                  "its parts are not what a join token holds");
}

TEST(JoinToken, NeverShowsAnythingOfWhatWasPasted)
{
    auto random = one::test::seeded();
    const std::string good = a_token();
    for (int round = 0; round < 2000; ++round) {
        std::string text = round % 2 == 0 ? one::test::random_text(random, 200) : good;
        if (!text.empty()) text[one::test::below(random, text.size())] = static_cast<char>(random());
        const auto parsed = parse_join_token(text);
        if (parsed) continue;
        const std::string shown = one::to_text(parsed.error());
        EXPECT_EQ(shown.find(good.substr(8, 20)), std::string::npos);
        for (const char letter : shown)
            EXPECT_TRUE(letter == '\n' || (letter >= ' ' && letter < 127));
    }
}

TEST(JoinToken, MakesSecretsThatDifferAndHashesThatFit)
{
    const auto one = one::make_join_secret();
    const auto other = one::make_join_secret();
    EXPECT_FALSE(same_secret(one, other));
    EXPECT_EQ(one::hash_of_join_secret(one), one::to_hex(one::sha256(one.reveal())));
}

}  // namespace
