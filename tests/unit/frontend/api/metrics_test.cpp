#include "frontend/api/metrics.hpp"

#include <gtest/gtest.h>

namespace onefrontend::api {
namespace {

using namespace std::chrono_literals;

std::string text_of(const Metrics& metrics)
{
    one::Exposition to{"onefrontend"};
    metrics.write(to);
    return std::move(to.text);
}

bool has_line(const std::string& text, const std::string& line)
{
    return text.find('\n' + line + '\n') != std::string::npos;
}

TEST(Metrics, CountAnswersByRouteAndStatus)
{
    Metrics metrics;
    for (const int status : {200, 200, 503}) {
        metrics.begun();
        metrics.answered("/v1/desired", status, 1ms);
    }
    metrics.begun();
    const auto text = text_of(metrics);
    EXPECT_TRUE(has_line(text, R"(onefrontend_requests_total{route="/v1/desired",status="200"} 2)")) << text;
    EXPECT_TRUE(has_line(text, R"(onefrontend_requests_total{route="/v1/desired",status="503"} 1)"));
    EXPECT_TRUE(has_line(text, "onefrontend_requests_running 1"));
}

TEST(Metrics, PutEachDurationIntoAllBucketsThatItFits)
{
    Metrics metrics;
    for (const auto took : {5ms, 20ms, 400'000ms}) {
        metrics.begun();
        metrics.answered("/v1/hello", 200, took);
    }
    const auto text = text_of(metrics);
    const auto bucket = [](const std::string& bound, int count) {
        return "onefrontend_request_seconds_bucket{route=\"/v1/hello\",le=\"" + bound + "\"} " + std::to_string(count);
    };
    EXPECT_TRUE(has_line(text, bucket("0.005", 1))) << text;
    EXPECT_TRUE(has_line(text, bucket("0.025", 2)));
    EXPECT_TRUE(has_line(text, bucket("180", 2)));
    EXPECT_TRUE(has_line(text, bucket("+Inf", 3)));
    EXPECT_TRUE(has_line(text, R"(onefrontend_request_seconds_count{route="/v1/hello"} 3)"));
}

TEST(Metrics, ShowWhatNeverHappenedAsZero)
{
    const auto text = text_of(Metrics{});
    for (const char* line : {R"(onefrontend_limited_total{by="everybody"} 0)", R"(onefrontend_nodes{phase="joined"} 0)",
                             R"(onefrontend_audit_lines_total{written="no"} 0)", "onefrontend_wrong_tokens_total 0"})
        EXPECT_TRUE(has_line(text, line)) << line << '\n' << text;
}

TEST(Metrics, CountNodesAsTheyAreNow)
{
    Metrics metrics;
    metrics.saw({{.phase = Phase::joined}, {.phase = Phase::joined}, {.phase = Phase::joined, .banned = true}});
    metrics.saw({{.phase = Phase::joined}, {.phase = Phase::joined, .banned = true}});
    const auto text = text_of(metrics);
    EXPECT_TRUE(has_line(text, R"(onefrontend_nodes{phase="joined"} 1)")) << text;
    EXPECT_TRUE(has_line(text, R"(onefrontend_nodes{phase="removed"} 1)"));
}

}  // namespace
}  // namespace onefrontend::api
