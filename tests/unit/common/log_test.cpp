// One event is one line, whatever its values hold.
#include "common/log.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace logging = one::log;

namespace {

TEST(Log, WritesOneJsonLineWithEscapedValues)
{
    const auto line = logging::to_json_line(logging::Level::warning, "login failed",
                                            {{"node", "a\"b\n{}"}, {"port", 22}}, "2024-05-01T00:00:00.000Z");
    EXPECT_EQ(
        line,
        R"({"time":"2024-05-01T00:00:00.000Z","level":"warning","event":"login failed","node":"a\"b\n{}","port":"22"})");
    EXPECT_TRUE(nlohmann::json::accept(line));
}

TEST(Log, WritesValidJsonForBytesThatAreNotText)
{
    EXPECT_TRUE(nlohmann::json::accept(
        logging::to_json_line(logging::Level::info, "\xff\xfe", {{"key", std::string("\0\x80", 2)}}, "")));
}

TEST(Log, PrintsOneHumanLineAnEvent)
{
    logging::start({.form = logging::Form::human, .level = logging::Level::info});
    testing::internal::CaptureStderr();
    logging::info("node enrolled", {{"node", "kvm 12\nforged line"}, {"id", 7}});
    logging::debug("not shown");
    const std::string shown = testing::internal::GetCapturedStderr();
    EXPECT_EQ(shown.substr(8), " info    node enrolled node=\"kvm 12\\nforged line\" id=7\n");
}

TEST(Log, PutsThePriorityInFrontForTheJournal)
{
    logging::start({.form = logging::Form::journal, .level = logging::Level::debug});
    testing::internal::CaptureStderr();
    logging::error("a\nb");
    logging::debug("c");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "<3>a b\n<7>c\n");
    logging::start({});
}

TEST(Log, PrintsJsonLinesWithATime)
{
    logging::start({.form = logging::Form::json});
    testing::internal::CaptureStderr();
    logging::info("started");
    const auto json = nlohmann::json::parse(testing::internal::GetCapturedStderr());
    EXPECT_EQ(json["event"], "started");
    EXPECT_EQ(json["time"].get<std::string>().size(), 24U);
    logging::start({});
}

}  // namespace
