// The metrics are in the format that Prometheus reads, and say what the status page says.
#include "nodeagent/cli/metrics.hpp"
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/support/golden.hpp"

#include "common/text/words.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <map>
#include <set>

namespace onenode::cli {
namespace {

using one::test::expect_golden;
using Moment = std::chrono::system_clock::time_point;

bool is_name(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
}

/// What is left behind the labels; nothing where they are wrong. As strict as promtool: names, quotes, escapes.
std::optional<std::string_view> after_labels(std::string_view text, std::set<std::string_view> seen = {})
{
    while (true) {
        const auto equals = text.find("=\"");
        if (equals == std::string_view::npos || !is_name(text.substr(0, equals))) return std::nullopt;
        if (!seen.insert(text.substr(0, equals)).second) return std::nullopt;
        text.remove_prefix(equals + 2);
        for (; !text.empty() && text.front() != '"'; text.remove_prefix(1)) {
            if (text.front() != '\\') continue;
            text.remove_prefix(1);
            if (text.empty() || std::string_view{"\\\"n"}.find(text.front()) == std::string_view::npos)
                return std::nullopt;
        }
        if (text.size() < 2) return std::nullopt;
        text.remove_prefix(1);
        const char next = text.front();
        text.remove_prefix(1);
        if (next == '}') return text;
        if (next != ',') return std::nullopt;
    }
}

/// The first mistake; empty where there is none.
std::string mistake_in(std::string_view text)
{
    if (text.empty() || text.back() != '\n') return "the last line has no end";
    std::set<std::string> helped;
    std::set<std::string> typed;
    std::set<std::string> series;
    std::string family;
    for (const auto& line : one::split_lines(text)) {
        const auto words = one::split_words(line);
        if (line.starts_with("# HELP ")) {
            if (words.size() < 4 || !is_name(words[2]) || !helped.insert(words[2]).second) return line;
            family = words[2];
        } else if (line.starts_with("# TYPE ")) {
            if (words.size() != 4 || words[2] != family || words[3] != "gauge" || !typed.insert(family).second)
                return line;
        } else {
            const auto end = line.find_first_of("{ ");
            if (end == std::string::npos || line.substr(0, end) != family || !typed.contains(family)) return line;
            std::string_view rest = std::string_view{line}.substr(end + 1);
            if (line[end] == '{') {
                const auto behind = after_labels(rest);
                if (!behind || !behind->starts_with(' ')) return line;
                rest = behind->substr(1);
            }
            std::int64_t value = 0;
            const auto [stop, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
            if (failed != std::errc{} || stop != rest.data() + rest.size()) return line;
            if (!series.insert(line.substr(0, line.size() - rest.size())).second) return line;
        }
    }
    return helped == typed ? "" : "a family has no TYPE";
}

StatusPage page()
{
    const Moment now{std::chrono::seconds{1'790'000'000}};
    return {.now = now,
            .member = Membership{.phase = MemberPhase::joined,
                                 .frontend = "one.example.com:4125",
                                 .joined_at = "2026-09-01T00:00:00Z",
                                 .desired = {.node_name = "kvm12", .type = "kvm", .zone = "Open\"Nebula\\\n"}},
            .host = one::wire::HostReport{.host_id = 12, .state = "on"},
            .agent = AgentStatus{.last_contact = "2026-09-21T14:13:00Z",
                                 .checkup = {.at = "2026-09-21T14:10:00Z",
                                             .passed = 108,
                                             .warnings = 2,
                                             .failed = 1,
                                             .not_checked = 4,
                                             .failing = {{"sshd-down", "x", "y"}, {"sshd-down", "z", "y"}}}},
            .certificate = Validity{.not_after = now + std::chrono::hours{24}},
            .managed = 5,
            .drift = {{"/etc/hosts", "it is gone"}},
            .guests = {"one-12", "one-15"},
            .problems = {{"drift", "warning", "x", "y"}, {"journal", "error", "x", "y"}, {"agent", "warning", "", ""}}};
}

TEST(Metrics, AreWhatPrometheusReads)
{
    const auto text = metrics_text(page(), 4711);
    EXPECT_EQ(mistake_in(text), "");
    expect_golden("metrics.prom", text);
}

TEST(Metrics, SayNothingOfWhatIsNotKnown)
{
    const auto text = metrics_text({.member = Membership{}}, 0);
    EXPECT_EQ(mistake_in(text), "");
    EXPECT_NE(text.find("onenode_joined 0\n"), std::string::npos);
    EXPECT_EQ(text.find("certificate"), std::string::npos);
    EXPECT_EQ(text.find("last_contact"), std::string::npos);
    EXPECT_EQ(text.find("proof"), std::string::npos);
    EXPECT_EQ(text.find("check"), std::string::npos);
    EXPECT_NE(text.find("onenode_host_state{state=\"on\"} 0\n"), std::string::npos);
}

TEST(TheReaderOfMetrics, FindsMistakes)
{
    const std::string head = "# HELP a_b Text.\n# TYPE a_b gauge\n";
    EXPECT_EQ(mistake_in(head + "a_b{c=\"d\\\"\",e=\"f\"} -1\n"), "");
    for (const std::string wrong : {"a_b 1", "b 1\n", "a_b\n", "a_b one\n", "a_b{c=\"d\" 1\n", "a_b{c=\"d} 1\n",
                                    "a_b{c=\"\\d\"} 1\n", "a_b{c=\"d\",c=\"e\"} 1\n", "a_b 1\na_b 2\n",
                                    "# TYPE a_b gauge\n", "# HELP a_b Again.\n", "# HELP c Text.\n"})
        EXPECT_NE(mistake_in(head + wrong), "") << wrong;
}

class MetricsFileTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(stage.join().exit, Exit::ok); }
    std::string text() { return stage.host.read(path).value_or(""); }

    static constexpr const char* path = "/var/lib/prometheus/node-exporter/onenode.prom";
    Stage stage{};
    MetricsFile file{stage.host, path};
    one::wire::HostReport report{.host_id = 12, .name = "node1", .state = "on"};
};

TEST_F(MetricsFileTest, IsWrittenOnlyWhereSomebodyReadsIt)
{
    file.heard(report);
    file.write(true);
    EXPECT_EQ(text(), "");
    stage.host.with_directory("/var/lib/prometheus/node-exporter", 0755, 110, 110);
    file.write(true);
    EXPECT_EQ(mistake_in(text()), "");
    EXPECT_NE(text().find("onenode_host_state{state=\"on\"} 1\n"), std::string::npos) << text();
    EXPECT_EQ(stage.host.stat(path)->uid, 110U);
    file.remove();
    EXPECT_FALSE(stage.host.stat(path));
}

TEST_F(MetricsFileTest, IsWrittenOnceAMinuteAndAtOnceWhereSomethingIsNew)
{
    stage.host.with_directory("/var/lib/prometheus/node-exporter");
    file.write(true);
    EXPECT_EQ(text(), "") << "OpenNebula's word on the host comes first";
    file.heard(report);
    file.write(false);
    const auto first = text();
    stage.host.advance(std::chrono::seconds{30});
    file.write(false);
    EXPECT_EQ(text(), first);
    file.write(true);
    EXPECT_NE(text(), first);
    stage.host.advance(std::chrono::seconds{60});
    const auto second = text();
    file.write(false);
    EXPECT_NE(text(), second);
}

TEST_F(MetricsFileTest, GoesWithTheJoinAlsoWhereTheAgentWasKilled)
{
    stage.host.with_directory("/var/lib/prometheus/node-exporter");
    file.heard(report);
    file.write(true);
    ASSERT_NE(text(), "");
    ASSERT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_EQ(text(), "");
}

}  // namespace
}  // namespace onenode::cli
