// nft's answers, as nft 1.0.6 gives them, and answers that are none.
#include "nodeagent/vnm/ruleset.hpp"

#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

namespace onenode::vnm {
namespace {

constexpr const char* ip_table =
    R"({"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
    {"table": {"family": "ip", "name": "one_tproxy", "handle": 1}},
    {"map": {"family": "ip", "name": "ep_br0", "table": "one_tproxy", "type": "inet_service", "handle": 1,
     "map": "ipv4_addr . inet_service", "elem": [[2633, {"concat": ["10.0.0.1", 2633]}], [5030, {"concat": ["10.0.0.2", 30030]}]]}},
    {"map": {"family": "ip", "name": "ep_br1", "table": "one_tproxy", "type": "inet_service", "handle": 2}}]})";
constexpr const char* bridge_table =
    R"({"nftables": [{"chain": {"family": "bridge", "table": "one_tproxy", "name": "ch_br1", "hook": "forward"}},
    {"chain": {"family": "bridge", "table": "one_tproxy", "name": "ch_br0", "hook": "forward"}},
    {"rule": {"family": "bridge", "table": "one_tproxy", "chain": "ch_br0", "handle": 2, "expr": [{"drop": null}]}}]})";

TEST(Ruleset, HasTheEndpointsOfEachBridge)
{
    const auto rules = parse_ruleset(ip_table, bridge_table);
    ASSERT_TRUE(rules);
    EXPECT_EQ(rules->endpoints.at("br0"), (Endpoints{{2633, {"10.0.0.1", 2633}}, {5030, {"10.0.0.2", 30030}}}));
    EXPECT_TRUE(rules->endpoints.at("br1").empty());
    EXPECT_EQ(rules->arp_kept, (std::set<std::string>{"br0"})) << "a chain without a rule keeps nothing";
}

TEST(Ruleset, IsEmptyWhereThereIsNoTable)
{
    FakeHost host;
    host.answering({"/usr/sbin/nft"}, CommandOutput{.exit_code = 1, .err = "Error: No such file or directory\n"});
    EXPECT_EQ(*ruleset(host), Ruleset{});
}

TEST(Ruleset, SaysWhyNftDoesNotAnswer)
{
    FakeHost host;
    host.answering({"/usr/sbin/nft"},
                   CommandOutput{.exit_code = 1, .err = "Operation not permitted (you must be root)\n"});
    EXPECT_NE(one::to_text(ruleset(host).error()).find("you must be root"), std::string::npos);
}

TEST(Ruleset, IsNotReadFromSomethingElse)
{
    for (const auto* text : {"x", "{", "[]", "{}", R"({"nftables": 1})"})
        EXPECT_FALSE(parse_ruleset(text, "")) << text;
    for (
        const auto* text :
        {R"({"nftables": [1, {"map": 2}, {"map": {"name": 3}}, {"map": {"name": "ep_b", "elem": 4}}]})",
         R"({"nftables": [{"map": {"name": "ep_b", "elem": [1, [1], [1, 2], ["a", {"concat": ["x", 1]}]]}}]})",
         R"({"nftables": [{"map": {"name": "ep_b", "elem": [[99999, {"concat": ["x", 1]}], [1, {"concat": [1, "x"]}]]}}]})"}) {
        const auto rules = parse_ruleset(text, "");
        ASSERT_TRUE(rules) << text;
        EXPECT_TRUE(rules->endpoints.empty() || rules->endpoints.at("b").empty()) << text;
    }
}

}  // namespace
}  // namespace onenode::vnm
