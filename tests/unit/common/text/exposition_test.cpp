#include "common/text/exposition.hpp"

#include <gtest/gtest.h>

namespace one {
namespace {

TEST(Exposition, IsWhatPrometheusReads)
{
    Exposition to{"service"};
    to.single("up", "Whether it is.", 1);
    to.family("answers_total", "Answers.", "counter");
    to.sample(3, {{"route", "/v1"}, {"status", "200"}});
    to.family("seconds", "Time.", "histogram");
    to.sample(2, {{"le", "0.5"}}, "_bucket");
    to.real_sample(0.25, {}, "_sum");
    EXPECT_EQ(to.text, "# HELP service_up Whether it is.\n# TYPE service_up gauge\nservice_up 1\n"
                       "# HELP service_answers_total Answers.\n# TYPE service_answers_total counter\n"
                       "service_answers_total{route=\"/v1\",status=\"200\"} 3\n"
                       "# HELP service_seconds Time.\n# TYPE service_seconds histogram\n"
                       "service_seconds_bucket{le=\"0.5\"} 2\nservice_seconds_sum 0.25\n");
}

TEST(Exposition, LetsNoLabelEndItsLine)
{
    Exposition to{"x"};
    to.family("f", "h");
    to.sample(1, {{"l", "a\"b\\c\nd"}});
    EXPECT_TRUE(to.text.ends_with("x_f{l=\"a\\\"b\\\\c\\nd\"} 1\n")) << to.text;
}

}  // namespace
}  // namespace one
