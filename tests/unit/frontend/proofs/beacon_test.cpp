#include "frontend/proofs/beacon.hpp"

#include "common/text/encoding.hpp"
#include "common/text/words.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>

namespace onefrontend {
namespace {

std::string inflated(const std::string& stream)
{
    std::string text(100'000, '\0');
    uLongf size = text.size();
    const int outcome = ::uncompress(reinterpret_cast<Bytef*>(text.data()), &size,
                                     reinterpret_cast<const Bytef*>(stream.data()), static_cast<uLong>(stream.size()));
    if (outcome != Z_OK) return {};
    text.resize(size);
    return text;
}

class EverySize : public testing::TestWithParam<std::size_t> {};

TEST_P(EverySize, IsMetToTheByte)
{
    EXPECT_EQ(make_beacon(GetParam(), 1795207867).message.size(), GetParam());
}

TEST_P(EverySize, IsAMessageThatOnemonitordUnpacks)
{
    const auto beacon = make_beacon(GetParam(), 1795207867);
    const auto words = one::split_words(beacon.message);
    ASSERT_EQ(words.size(), 5U);
    EXPECT_EQ(words[0] + ' ' + words[1], "BEACON_HOST SUCCESS");
    EXPECT_EQ(words[2], std::to_string(beacon.host_id));
    EXPECT_EQ(words[3], "1795207867");
    const auto stream = one::from_base64(words[4]);
    ASSERT_TRUE(stream);
    EXPECT_FALSE(inflated(*stream).empty());
}

INSTANTIATE_TEST_SUITE_P(Datagrams, EverySize, testing::Values(100, 104, 1400, 1472, 4000, 16000, 60000));

TEST(Beacon, SpeaksOfAHostThatNoCloudHas)
{
    EXPECT_GT(make_beacon(100, 0).host_id, 1'000'000);
}

TEST(Beacon, NeverSpeaksOfTheSameHostTwice)
{
    EXPECT_NE(make_beacon(100, 0).host_id, make_beacon(100, 0).host_id);
}

}  // namespace
}  // namespace onefrontend
