// Every call that was captured from a real OpenNebula 7.4.0, made again in the same order, gets the same bytes back.
#include "tests/oned-sim/tests/raw_call.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <vector>

namespace onedsim::test {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path)
{
    std::ifstream file{path, std::ios::binary};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Without what is of that day and that machine: times, disk sizes, random tokens, request numbers.
std::string normal(std::string text)
{
    const std::pair<const char*, const char*> rules[] = {
        {"\\[one.document.lock\\] [0-9]+", "[one.document.lock] TIME"},
        {"(TOKEN_PASSWORD&gt;&lt;!\\[CDATA\\[)[0-9a-f]{64}", "$1RANDOM"},
        {"((TOTAL|FREE|USED)_MB&gt;)[0-9]+", "$1SIZE"},
    };
    for (const auto& [pattern, by] : rules)
        text = std::regex_replace(text, std::regex{pattern}, by);
    return text;
}

std::string normal_head(std::string head)
{
    std::erase(head, '\r');
    for (const auto& [pattern, by] :
         {std::pair{"Date: [^\n]*UTC", "Date: NOW"}, std::pair{"HTTP(/1.1)? 200", "HTTP 200"},
          std::pair{"Content-length: [0-9]+", "Content-length: N"}})
        head = std::regex_replace(head, std::regex{pattern}, by);
    return head;
}

TEST(Captures, AreAnsweredByteForByteInTheOrderInWhichTheyWereMade)
{
    std::vector<fs::path> requests;
    for (const auto& entry : fs::directory_iterator{fs::path{ONE_TEST_DATA} / "wire-7.4.0"})
        if (entry.path().string().ends_with(".request.xml")) requests.push_back(entry.path());
    std::ranges::sort(requests);
    ASSERT_EQ(requests.size(), 44U);

    FreshFront fresh;
    fresh.world.with([](World& world) { world = fresh_world("opennebula"); });
    for (const auto& path : requests) {
        const std::string stem = path.string().substr(0, path.string().size() - std::string{".request.xml"}.size());
        const auto response = post(fresh.front.port(), contents(path));
        EXPECT_EQ(normal(body_of(response)), normal(contents(stem + ".response.xml"))) << stem;
        EXPECT_EQ(normal_head(head_of(response)) + "\n", normal_head(contents(stem + ".headers.txt"))) << stem;
    }
}

}  // namespace
}  // namespace onedsim::test
