// Encodings, durations, sizes and words, with what they refuse.
#include "common/text/duration.hpp"
#include "common/text/encoding.hpp"
#include "common/text/size.hpp"
#include "common/text/words.hpp"
#include "tests/unit/support/seed.hpp"

#include <gtest/gtest.h>

#include <array>

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

namespace {

TEST(Encoding, WritesTheExamplesOfTheStandard)  // RFC 4648, section 10
{
    EXPECT_EQ(one::to_base64(""), "");
    EXPECT_EQ(one::to_base64("f"), "Zg==");
    EXPECT_EQ(one::to_base64("fo"), "Zm8=");
    EXPECT_EQ(one::to_base64("foo"), "Zm9v");
    EXPECT_EQ(one::to_base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(one::to_base64url("\xfb\xff"), "-_8");
    EXPECT_EQ(one::to_hex("\x01\xab"), "01ab");
    EXPECT_EQ(one::to_hex(one::sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Encoding, ReadsBackWhatItWrote)
{
    auto random = one::test::seeded();
    for (int round = 0; round < 2000; ++round) {
        const auto bytes = one::test::random_text(random, 100);
        EXPECT_EQ(*one::from_base64(one::to_base64(bytes)), bytes);
        EXPECT_EQ(*one::from_base64url(one::to_base64url(bytes)), bytes);
    }
}

TEST(Encoding, AcceptsOneTextForOneValueOnly)
{
    auto random = one::test::seeded();
    for (int round = 0; round < 20000; ++round) {
        const auto text = one::test::random_text_of(random, std::string_view{"AQgw+/-_=Z9"}, 9);
        if (const auto bytes = one::from_base64(text)) {
            EXPECT_EQ(one::to_base64(*bytes), text);
        }
        if (const auto bytes = one::from_base64url(text)) {
            EXPECT_EQ(one::to_base64url(*bytes), text);
        }
    }
}

TEST(Encoding, RefusesWhatOtherDecodersForgive)
{
    for (const auto* text : {"Zg=", "Zg", "Z===", "Zh==", "Zm9v\n", "Zm 9v", "Zm9vZg==Zm9v", "====", "Zg==="})
        EXPECT_FALSE(one::from_base64(text)) << text;
    for (const auto* text : {"Zg==", "Zh", "Z", "+/8", "Zm9v\n"})
        EXPECT_FALSE(one::from_base64url(text)) << text;
}

TEST(Encoding, DrawsRandomBytes)
{
    EXPECT_EQ(one::random_bytes(0), "");
    EXPECT_EQ(one::random_bytes(1000).size(), 1000U);
    EXPECT_NE(one::random_bytes(16), one::random_bytes(16));
}

TEST(Duration, ReadsWhatPeopleWrite)
{
    EXPECT_EQ(*one::parse_duration("90s"), 90s);
    EXPECT_EQ(*one::parse_duration("1h30m"), 90min);
    EXPECT_EQ(*one::parse_duration(" 7d "), 168h);
    EXPECT_EQ(*one::parse_duration("0s"), 0s);
}

TEST(Duration, RefusesTheRestAndSaysWhatIsExpected)
{
    for (const auto* text :
         {"", "10", "s", "1x", "-5s", "1.5h", "1m1h", "1h1h", "1h 5m", "99999999999999999999s", "40000d", "1H"}) {
        const auto parsed = one::parse_duration(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().next, "write a duration like 90s, 10m, 1h30m or 7d");
    }
}

TEST(Duration, ReadsBackWhatItWrote)
{
    auto random = one::test::seeded();
    for (int round = 0; round < 1000; ++round) {
        const std::chrono::seconds time{one::test::below(random, 3'000'000'000)};
        EXPECT_EQ(*one::parse_duration(one::to_text(time)), time);
    }
    EXPECT_EQ(one::to_text(90s), "1m30s");
    EXPECT_EQ(one::to_text(-90s), "-1m30s");
}

TEST(Size, IsWrittenInPowersOf1024)
{
    EXPECT_EQ(one::size_to_text(512), "512");
    EXPECT_EQ(one::size_to_text(65536), "64K");
    EXPECT_EQ(one::size_to_text(1610612736), "1.5G");
    EXPECT_EQ(one::size_to_text(~std::uint64_t{0}), "16384P");
}

TEST(Words, AreSplitAndJoined)
{
    EXPECT_EQ(one::split_lines("a\r\nb\n\nc"), (Strings{"a", "b", "", "c"}));
    EXPECT_EQ(one::split_lines(""), Strings{});
    EXPECT_EQ(one::split_words("  a\tb  c\n"), (Strings{"a", "b", "c"}));
    EXPECT_EQ(one::trim(" \t a b \n"), "a b");
    EXPECT_EQ(one::join(Strings{"a", "b"}, ", "), "a, b");
    std::string_view text = " one  two three ";
    EXPECT_EQ(one::take_word(text), "one");
    EXPECT_EQ(text, "two three");
}

TEST(Words, NearestFindsTheTypingMistakeAndNothingFarFetched)
{
    constexpr std::array<std::string_view, 3> known{"listen_port", "listen_address", "state_dir"};
    EXPECT_EQ(one::nearest("listen_prot", known), "listen_port");
    EXPECT_EQ(one::nearest("statedir", known), "state_dir");
    EXPECT_EQ(one::nearest("colour", known), "");
    constexpr std::array<std::string_view, 3> verbs{"join", "leave", "doctor"};
    EXPECT_EQ(one::nearest("jion", verbs), "join") << "two that changed places are one mistake";
    EXPECT_EQ(one::nearest("oj", verbs), "");
}

}  // namespace
