// What nftables and iptables say about a packet, in their favour; and what they are told so that ours stands beside.
#include "nodeagent/firewall/firewall.hpp"
#include "nodeagent/firewall/rules.hpp"

#include "common/text/words.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace onenode::firewall {
namespace {

const Opening ssh{.first_port = 22, .last_port = 22, .peers = {"10.0.0.1"}};
const Opening consoles{.first_port = 5900, .last_port = 65535, .peers = {"10.0.0.1"}};
const Opening monitoring{
    .way = Way::out, .protocol = "udp", .first_port = 4124, .last_port = 4124, .peers = {"10.0.0.1"}};

/// A chain of input with these rules, each the list of nft's expressions.
std::string nft(const std::string& policy, const std::vector<std::string>& rules, const std::string& more = {})
{
    std::string text = R"({"nftables":[{"metainfo":{}},)" + more +
                       R"({"chain":{"family":"inet","table":"filter","name":"input","handle":1,"type":"filter",)"
                       R"("hook":"input","prio":0,"policy":")" +
                       policy + "\"}}";
    int handle = 10;
    for (const auto& rule : rules)
        text += R"(,{"rule":{"family":"inet","table":"filter","chain":"input","handle":)" + std::to_string(handle++) +
                R"(,"expr":[)" + rule + "]}}";
    return text + "]}";
}

Fact fact_of(const std::string& json)
{
    return {.chains = read_nft(json).value()};
}

bool is_closed(const std::string& policy, const std::vector<std::string>& rules, const Opening& opening = ssh)
{
    return closed(fact_of(nft(policy, rules)), opening, OurRules::count).has_value();
}

constexpr const char* accept = R"({"accept":null})";
constexpr const char* drop = R"({"drop":null})";
constexpr const char* port_22 =
    R"({"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":22}},)";
constexpr const char* loopback =
    R"({"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":"lo"}},{"accept":null})";
constexpr const char* established =
    R"({"match":{"op":"in","left":{"ct":{"key":"state"}},"right":["established","related"]}},{"accept":null})";

std::string from(const std::string& right, const std::string& op = "==", const std::string& protocol = "ip")
{
    return R"({"match":{"op":")" + op + R"(","left":{"payload":{"protocol":")" + protocol +
           R"(","field":"saddr"}},"right":)" + right + "}},";
}

TEST(Firewall, IsClosedWhereThePolicyDropsAndNothingLetsThePacketIn)
{
    EXPECT_FALSE(is_closed("accept", {}));
    EXPECT_TRUE(is_closed("drop", {}));
    EXPECT_TRUE(is_closed("drop", {loopback, established})) << "neither is about a new connection from elsewhere";
    EXPECT_FALSE(is_closed("drop", {std::string{port_22} + accept}));
    EXPECT_TRUE(is_closed("drop", {std::string{port_22} + accept}, consoles));
}

TEST(Firewall, IsClosedByARuleThatDropsUnderAFriendlyPolicy)
{
    EXPECT_TRUE(is_closed("accept", {std::string{port_22} + drop}));
    EXPECT_TRUE(is_closed("accept", {R"({"reject":{"type":"icmpx","expr":"admin-prohibited"}})"}));
    EXPECT_FALSE(is_closed("accept", {std::string{port_22} + accept, drop}));
}

TEST(Firewall, TellsAddressesApart)
{
    EXPECT_FALSE(is_closed("drop", {from("\"10.0.0.1\"") + accept}));
    EXPECT_TRUE(is_closed("drop", {from("\"10.0.0.2\"") + accept}));
    EXPECT_FALSE(is_closed("drop", {from(R"({"prefix":{"addr":"10.0.0.0","len":30}})") + accept}));
    EXPECT_TRUE(is_closed("drop", {from(R"({"prefix":{"addr":"10.0.0.4","len":30}})") + accept}));
    EXPECT_FALSE(is_closed("drop", {from(R"({"range":["10.0.0.0","10.0.0.9"]})") + accept}));
    EXPECT_FALSE(is_closed("drop", {from(R"({"set":["10.9.0.1","10.0.0.1"]})") + accept}));
    EXPECT_TRUE(is_closed("accept", {from("\"10.0.0.2\"", "!=") + drop}));
    EXPECT_TRUE(is_closed("drop", {from("\"fd00::1\"", "!=", "ip6") + accept})) << "of no packet of IPv4";
}

TEST(Firewall, TakesNoRangeThatEndsBeforeItBegins)
{
    EXPECT_TRUE(address_range("10.0.0.1-10.0.0.9"));
    EXPECT_FALSE(address_range("10.0.1.1-10.0.0.9"));
    EXPECT_FALSE(address_range("10.0.0.1-fd00::1"));
}

TEST(Firewall, FavoursTheFirewallWhereAConditionIsNotKnown)
{
    EXPECT_FALSE(
        is_closed("drop", {R"({"match":{"op":"==","left":{"meta":{"key":"mark"}},"right":3}},{"accept":null})"}));
    EXPECT_FALSE(is_closed("accept", {R"({"limit":{"rate":3}},{"drop":null})"}));
    EXPECT_FALSE(is_closed("drop", {from("\"@unheard-of\"") + accept}));
    EXPECT_FALSE(is_closed("drop", {R"({"xt":{"type":"match","name":"conntrack"}},{"accept":null})"}));
    EXPECT_FALSE(
        is_closed("drop", {std::string{port_22} + from("\"10.0.0.7\"") + accept}, {.first_port = 22, .last_port = 22}))
        << "somebody gets in";
}

TEST(Firewall, KnowsThatNobodyOfOpenNebulaComesFromInside)
{
    const auto from_interface = [](const std::string& name) {
        return R"({"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":")" + name + R"("}},{"accept":null})";
    };
    EXPECT_TRUE(is_closed("drop", {from_interface("virbr0")}));
    EXPECT_FALSE(is_closed("drop", {from_interface("eth0")})) << "perhaps from there";
    EXPECT_TRUE(is_closed(
        "drop",
        {R"({"match":{"op":"==","left":{"payload":{"protocol":"icmpv6","field":"type"}},"right":"x"}},{"accept":null})"}));
    EXPECT_TRUE(
        is_closed("drop", {R"({"match":{"op":"in","left":{"ct":{"key":"status"}},"right":"dnat"}},{"accept":null})"}));
}

TEST(Firewall, KnowsNamedSetsAndMaps)
{
    const auto set =
        R"({"set":{"family":"inet","table":"filter","name":"good","elem":["10.3.0.1",{"elem":{"val":"10.0.0.1","timeout":9}}]}},)";
    EXPECT_FALSE(closed(fact_of(nft("drop", {from("\"@good\"") + accept}, set)), ssh, OurRules::count));
    auto other = ssh;
    other.peers = {"10.0.0.2"};
    EXPECT_TRUE(closed(fact_of(nft("drop", {from("\"@good\"") + accept}, set)), other, OurRules::count));
    const auto map =
        R"({"vmap":{"key":{"payload":{"protocol":"tcp","field":"dport"}},"data":{"set":[[98,{"drop":null}],[22,{"accept":null}]]}}})";
    EXPECT_FALSE(is_closed("drop", {map}));
    EXPECT_TRUE(is_closed(
        "drop", {R"({"vmap":{"key":{"ct":{"key":"state"}},"data":{"set":[["established",{"accept":null}]]}}})"}));
}

TEST(Firewall, FollowsJumps)
{
    const std::string chains = R"({"chain":{"family":"inet","table":"filter","name":"a","handle":5}},)";
    const auto with = [&](const std::string& in_a, const std::string& verdict) {
        auto json = nft("drop", {R"({")" + verdict + R"(":{"target":"a"}})", accept}, chains);
        json.insert(json.size() - 2,
                    R"(,{"rule":{"family":"inet","table":"filter","chain":"a","handle":6,"expr":[)" + in_a + "]}}");
        return closed(fact_of(json), ssh, OurRules::count).has_value();
    };
    EXPECT_FALSE(with(R"({"return":null})", "jump"));
    EXPECT_TRUE(with(R"({"return":null})", "goto")) << "a goto comes back to the policy";
    EXPECT_TRUE(with(drop, "jump"));
    EXPECT_FALSE(with(R"({"jump":{"target":"a"}})", "jump")) << "a circle ends";
}

Fact iptables(const std::string& rules)
{
    return {.chains = read_iptables("-P INPUT DROP\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-N own\n" + rules,
                                    "iptables-nft", "ip")};
}

bool iptables_closes(const std::string& rules, const Opening& opening = ssh)
{
    return closed(iptables(rules), opening, OurRules::count).has_value();
}

TEST(Firewall, WalksAChainOnceHoweverManyJumpsLeadThere)
{
    std::string rules = "-A INPUT -j c0\n-A INPUT -j c0\n";
    for (int level = 0; level < 30; ++level) {
        const auto jump = fmt::format("-A c{} -j c{}\n", level, level + 1);
        rules.insert(0, fmt::format("-N c{}\n", level + 1)).append(jump + jump);  // two ways to each, 2^30 to the last
    }
    EXPECT_TRUE(iptables_closes("-N c0\n" + rules));
    EXPECT_FALSE(iptables_closes("-N c0\n" + rules + "-A c30 -p tcp -m tcp --dport 22 -j ACCEPT\n"));
}

TEST(Firewall, IsNotReadWhereItIsNoJson)
{
    for (const auto* text : {"", "{", "[]", "{}", R"({"nftables":7})", R"({"nftables":{}})"})
        EXPECT_FALSE(read_nft(text)) << text;
    for (const auto* text :
         {R"({"nftables":[]})", R"({"nftables":[7,"x",{"chain":7},{"rule":{}},{"rule":{"expr":7}},{"set":[]}]})",
          R"({"nftables":[{"chain":{"hook":7,"policy":[]}},{"rule":{"expr":[7,{"match":7},{"vmap":7},{"jump":0}]}}]})"})
        EXPECT_TRUE(read_nft(text)) << text;
}

TEST(Firewall, UnderstandsIptables)
{
    EXPECT_TRUE(
        iptables_closes("-A INPUT -i lo -j ACCEPT\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"));
    EXPECT_FALSE(iptables_closes(
        "-A INPUT -s 10.0.0.0/24 -p tcp -m tcp --dport 22 -m comment --comment \"a \\\"b -j\" -j ACCEPT\n"));
    EXPECT_TRUE(iptables_closes("-A INPUT -p udp -m udp --dport 22 -j ACCEPT\n-A INPUT ! -s 10.0.0.0/24 -j ACCEPT\n"));
    EXPECT_FALSE(iptables_closes("-A INPUT -p tcp -m multiport --dports 80,20:30 -j ACCEPT\n"));
    EXPECT_TRUE(iptables_closes("-A INPUT -p tcp -m multiport --dports 80,20:30 -j ACCEPT\n", consoles));
    EXPECT_FALSE(iptables_closes("-A INPUT -m state --state NEW -p tcp -m tcp --dport 22 -j ACCEPT\n"));
    EXPECT_FALSE(iptables_closes("-A INPUT -m recent --rcheck --name x -j ACCEPT\n")) << "not known: in its favour";
    EXPECT_FALSE(iptables_closes("-A own -j ACCEPT\n-A INPUT -j LOG --log-prefix x\n-A INPUT -g own\n"));
    EXPECT_FALSE(iptables_closes("", monitoring));
    EXPECT_TRUE(iptables_closes(
        "-A OUTPUT -d 10.0.0.1/32 -p udp -m udp --dport 4124 -j REJECT --reject-with icmp-port-unreachable\n",
        monitoring));
    for (const auto* junk :
         {"", "-A", "-A INPUT", "-A INPUT -j", "-A INPUT !", "\"", "-A nowhere -j DROP", "-A INPUT -s x -j DROP"})
        EXPECT_TRUE(iptables_closes(junk)) << junk;
}

TEST(Firewall, SaysWhoKeepsAChain)
{
    EXPECT_EQ(iptables("-A INPUT -j ufw-before-input\n").chains[0].keeper, Keeper::ufw);
    EXPECT_EQ(iptables("-A INPUT -j INPUT_ZONES\n").chains[0].keeper, Keeper::firewalld);
    EXPECT_EQ(iptables("").chains[0].keeper, Keeper::nobody);
    EXPECT_TRUE(commands_left(iptables("-A INPUT -j ufw-before-input\n"), {ssh}).empty());
}

using Groups = std::vector<std::vector<Argv>>;

TEST(FirewallRules, StandInAChainOfOursWithOneJumpInOneTransaction)
{
    auto both = ssh;
    both.peers = {"10.0.0.1", "fd00::1", "10.0.0.2"};
    const auto groups = commands_left(fact_of(nft("drop", {})), {both, monitoring});
    ASSERT_EQ(groups.size(), 1U);
    ASSERT_EQ(groups[0].size(), 1U);
    const auto& script = groups[0][0].at(1);
    EXPECT_TRUE(
        script.starts_with("add chain inet filter onenode-input; "
                           "add rule inet filter onenode-input ip saddr { 10.0.0.1, 10.0.0.2 } tcp dport 22 accept; "
                           "add rule inet filter onenode-input ip6 saddr fd00::1 tcp dport 22 accept; "
                           "insert rule inet filter input jump onenode-input comment \"onenode "))
        << script;
    EXPECT_TRUE(commands_left(fact_of(nft("accept", {})), {both}).empty()) << "who lets it in is not touched";
    EXPECT_TRUE(commands_left(fact_of(nft("drop", {})), {}).empty());
}

/// The rules after ours were put in: the jump with this comment, and our chain.
std::string with_ours(const std::string& comment)
{
    auto json = nft("drop", {}, R"({"chain":{"family":"inet","table":"filter","name":"onenode-input","handle":7}},)");
    json.insert(json.size() - 2,
                R"(,{"rule":{"family":"inet","table":"filter","chain":"input","handle":42,"comment":")" + comment +
                    R"(","expr":[{"jump":{"target":"onenode-input"}}]}})"
                    R"(,{"rule":{"family":"inet","table":"filter","chain":"onenode-input","handle":43,"expr":[)" +
                    from("\"10.0.0.1\"") + port_22 + accept + "]}}");
    return json;
}

TEST(FirewallRules, AreLeftAloneOnceTheyStandAndTakenBackByTheirHandles)
{
    const auto put = commands_left(fact_of(nft("drop", {})), {ssh}).at(0).at(0).at(1);
    const auto begin = put.find("\"onenode ") + 1;
    const auto comment = put.substr(begin, put.rfind('"') - begin);
    EXPECT_TRUE(commands_left(fact_of(with_ours(comment)), {ssh}).empty());
    EXPECT_FALSE(closed(fact_of(with_ours(comment)), ssh, OurRules::count));
    EXPECT_TRUE(closed(fact_of(with_ours(comment)), ssh, OurRules::do_not_count));
    EXPECT_EQ(commands_left(fact_of(with_ours(comment)), {}),
              (Groups{{{"nft", "delete rule inet filter input handle 42; flush chain inet filter onenode-input; "
                               "delete chain inet filter onenode-input"}}}));
    const auto changed = commands_left(fact_of(with_ours("onenode of before")), {ssh}).at(0).at(0).at(1);
    EXPECT_TRUE(
        changed.starts_with("delete rule inet filter input handle 42; flush chain inet filter onenode-input; add rule"))
        << changed;
}

TEST(FirewallRules, ComeBackWhereOursWereFlushedChangedOrAddedTo)
{
    const auto put = commands_left(fact_of(nft("drop", {})), {ssh}).at(0).at(0).at(1);
    const auto begin = put.find("\"onenode ") + 1;
    const auto there = fact_of(with_ours(put.substr(begin, put.rfind('"') - begin)));
    const auto ours = [](Fact& fact) -> std::vector<Rule>& {
        return std::ranges::find(fact.chains, "onenode-input", &Chain::name)->rules;
    };
    auto flushed = there;
    ours(flushed).clear();
    EXPECT_EQ(commands_left(flushed, {ssh}).size(), 1U);
    auto changed = there;
    ours(changed).front().verdict = Verdict::drop;
    EXPECT_EQ(commands_left(changed, {ssh}).size(), 1U);
    auto longer = there;
    ours(longer).push_back(ours(longer).front());
    EXPECT_EQ(commands_left(longer, {ssh}).size(), 1U);
}

TEST(FirewallRules, OfIptablesAreWrittenByIptables)
{
    const auto groups = commands_left(iptables(""), {ssh});
    ASSERT_EQ(groups.size(), 1U);
    ASSERT_EQ(groups[0].size(), 3U);
    EXPECT_EQ(groups[0][0], (Argv{"iptables-nft", "-w", "-N", "onenode-INPUT"}));
    EXPECT_EQ(groups[0][1], (Argv{"iptables-nft", "-w", "-A", "onenode-INPUT", "-s", "10.0.0.1", "-p", "tcp", "--dport",
                                  "22", "-j", "ACCEPT"}));
    EXPECT_EQ(groups[0][2][2], "-I");
    const auto mark = groups[0][2].at(11);
    const auto there =
        iptables("-N onenode-INPUT\n-A INPUT -m conntrack --ctstate NEW -m comment --comment \"" + mark +
                 "\" -j onenode-INPUT\n-A onenode-INPUT -s 10.0.0.1/32 -p tcp -m tcp --dport 22 -j ACCEPT\n");
    EXPECT_TRUE(commands_left(there, {ssh}).empty());
    EXPECT_FALSE(closed(there, ssh, OurRules::count));
    const auto flushed = iptables("-N onenode-INPUT\n-A INPUT -m conntrack --ctstate NEW -m comment --comment \"" +
                                  mark + "\" -j onenode-INPUT\n");
    EXPECT_EQ(commands_left(flushed, {ssh}).at(0).size(), 4U) << "the jump goes, and comes back after the rules";
    const auto back = commands_left(there, {});
    ASSERT_EQ(back.at(0).size(), 3U);
    EXPECT_EQ(back[0][0][2], "-D");
    EXPECT_EQ(back[0][1][2], "-F");
    EXPECT_EQ(back[0][2][2], "-X");
}

TEST(FirewallRules, OfAZoneOfTwelveThousandNodesAreWordsThatTheKernelTakes)
{
    constexpr std::size_t longest = 128 * 1024;  // MAX_ARG_STRLEN
    Opening large{.first_port = 22, .last_port = 22};
    for (int node = 0; node < 12'000; ++node)
        large.peers.push_back(fmt::format("10.111.{}.{}", 100 + node / 100, 100 + node % 100));
    const auto by_nft = commands_left(fact_of(nft("drop", {})), {large}).at(0);
    const auto by_iptables = commands_left(iptables(""), {large}).at(0);
    std::map<std::string, int> told;
    for (const auto* commands : {&by_nft, &by_iptables})
        for (const auto& argv : *commands)
            for (auto word : argv) {
                EXPECT_LT(word.size(), longest);
                std::ranges::replace(word, ',', ' ');
                for (const auto& address : one::split_words(word))
                    ++told[address];
            }
    for (const auto& peer : large.peers)
        ASSERT_EQ(told[peer], 2) << peer << ": once by each";
}

TEST(FirewallRules, AreReadFromTheFileAsTheyWereWritten)
{
    const Openings openings{
        ssh, {.first_port = 49152, .last_port = 49215, .peers = {"fd00::1", "10.0.0.2"}}, monitoring};
    EXPECT_EQ(read_openings(to_text(openings)), openings);
    for (const auto* line :
         {"in tcp 22", "in sctp 22 10.0.0.1", "up tcp 22 10.0.0.1", "in tcp 0 10.0.0.1", "in tcp 9-1 10.0.0.1",
          "in tcp 70000 10.0.0.1", "in tcp 22 10.0.0.0/8", "in tcp 22 10.0.0.1;drop", "in tcp 2x 10.0.0.1"})
        EXPECT_TRUE(read_openings(line).empty()) << line;
}

TEST(FirewallRules, AreToldAPersonAsTheKeeperLikesThem)
{
    const auto told = [](const Fact& fact, const Opening& opening) {
        return command_to_open(closed(fact, opening, OurRules::count).value());
    };
    EXPECT_EQ(told(fact_of(nft("drop", {})), ssh),
              "nft 'insert rule inet filter input ip saddr 10.0.0.1 tcp dport 22 accept'");
    EXPECT_EQ(told(iptables(""), consoles), "iptables-nft -I INPUT -s 10.0.0.1 -p tcp --dport 5900:65535 -j ACCEPT");
    EXPECT_EQ(told(iptables("-A INPUT -j ufw-before-input\n"), consoles),
              "ufw allow proto tcp from 10.0.0.1 to any port 5900:65535");
    EXPECT_EQ(
        told(iptables("-A INPUT -j INPUT_ZONES\n"), ssh),
        "firewall-cmd --permanent '--add-rich-rule=rule family=\"ipv4\" source address=\"10.0.0.1\" port port=\"22\" "
        "protocol=\"tcp\" accept' && firewall-cmd --reload");
}

TEST(FirewallFact, LoadsNoModuleByTheQuestion)
{
    FakeHost host;
    host.with_program("nft", "/usr/sbin").answering({"nft"}, CommandOutput{.out = nft("drop", {})});
    host.with_file("/proc/modules", "").with_file("/proc/sys/kernel/osrelease", "6.1.0\n");
    EXPECT_FALSE(gather(host).problem.empty());
    EXPECT_TRUE(host.looked().empty());
    host.with_file("/lib/modules/6.1.0/modules.builtin", "kernel/net/bridge/bridge.ko\n");
    EXPECT_EQ(gather(host), Fact{});
    EXPECT_TRUE(host.looked().empty());
    host.with_directory("/sys/module/nf_tables");
    EXPECT_EQ(gather(host).chains.size(), 1U);
}

TEST(FirewallFact, AsksIptablesAboutItsOwnTables)
{
    FakeHost host;
    host.with_directory("/sys/module/nf_tables")
        .with_program("nft", "/usr/sbin")
        .with_program("iptables-nft", "/usr/sbin")
        .answering({"nft"},
                   CommandOutput{.out = R"({"nftables":[{"chain":{"family":"ip","table":"filter","name":"INPUT",)"
                                        R"("type":"filter","hook":"input","policy":"drop"}}]})"})
        .answering({"iptables-nft", "-S"}, CommandOutput{.out = "-P INPUT DROP\n"});
    const auto chains = gather(host).chains;
    ASSERT_EQ(chains.size(), 1U);
    EXPECT_EQ(chains[0].program, "iptables-nft");
    host.answering({"iptables-nft", "-S"}, CommandOutput{.exit_code = 1, .err = "table `filter' is incompatible"});
    EXPECT_EQ(gather(host).chains.at(0).program, "") << "nft's own";
}

}  // namespace
}  // namespace onenode::firewall
