// Every message captured from a real OpenNebula 7.4.0: read, written again, compared.
#include "common/xmlrpc/value.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using namespace one::xmlrpc;
namespace fs = std::filesystem;

std::string content(const fs::path& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<fs::path> captures(const std::string& ending)
{
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator{WIRE_DATA})
        if (entry.path().string().ends_with(ending)) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

std::string name_of(const testing::TestParamInfo<fs::path>& capture)
{
    std::string name = capture.param.filename().string();
    name.resize(name.find('.'));
    std::ranges::replace(name, '-', '_');
    return name;
}

class CapturedRequest : public testing::TestWithParam<fs::path> {};

TEST_P(CapturedRequest, ComesBackWithTheSameValueAfterWriting)
{
    const auto call = parse_call(content(GetParam()));
    ASSERT_TRUE(call) << one::to_text(call.error());
    EXPECT_TRUE(call->method.starts_with("one."));
    EXPECT_FALSE(call->parameters.empty());

    const auto written = to_xml(*call);
    ASSERT_TRUE(written);
    EXPECT_EQ(parse_call(*written), *call);
}

class CapturedAnswer : public testing::TestWithParam<fs::path> {};

TEST_P(CapturedAnswer, IsWrittenByteForByteAsOnedWroteIt)
{
    const std::string captured = content(GetParam());
    const auto answer = parse_answer(captured);
    ASSERT_TRUE(answer) << one::to_text(answer.error());

    const auto written = to_xml(*answer);
    ASSERT_TRUE(written);
    EXPECT_EQ(*written, captured);
}

INSTANTIATE_TEST_SUITE_P(Wire, CapturedRequest, testing::ValuesIn(captures(".request.xml")), name_of);
INSTANTIATE_TEST_SUITE_P(Wire, CapturedAnswer, testing::ValuesIn(captures(".response.xml")), name_of);

TEST(Captures, AreAllThere)
{
    EXPECT_EQ(captures(".request.xml").size(), 44U);
    EXPECT_EQ(captures(".response.xml").size(), 44U);
}

}  // namespace
