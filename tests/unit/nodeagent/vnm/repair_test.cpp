// What is run to make the proxy right again: as much as is missing, and a restart only where nothing less helps.
#include "nodeagent/vnm/repair.hpp"

#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onenode::vnm {
namespace {

const GuestNic guest{"one-7-0", true, "bridge", "front", "3"};
const Endpoints wanted{{5030, {"10.0.0.2", 5030}}};
const Endpoints old{{5030, {"10.0.0.1", 5030}}};

Proxy whole(std::optional<Endpoints> endpoints)
{
    return {.services = {{.service_port = 5030, .port = 5030, .address = "10.0.0.2", .addresses = {"10.0.0.2"}}},
            .bridges = {{.name = "br0",
                         .guests = {guest},
                         .has_namespace = true,
                         .way = Way::whole,
                         .has_port = true,
                         .endpoints = std::move(endpoints),
                         .arp_kept = true,
                         .pid = 12}},
            .pid = 11};
}

std::string all_of(const Repair& repair)
{
    std::string text;
    for (const auto& command : repair.commands)
        text += one::to_shell(command.argv) + "\n" + command.input;
    return text;
}

TEST(ARepair, IsNothingWhereAllIsWell)
{
    const auto repair = repair_of(whole(wanted), wanted);
    EXPECT_EQ(repair, Repair{});
}

TEST(ARepair, OfAFlushedRulesetWritesItAgainAndCutsNobodyOff)
{
    auto proxy = whole(std::nullopt);
    proxy.bridges[0].arp_kept = false;
    const auto repair = repair_of(proxy, wanted);
    EXPECT_EQ(all_of(repair), "/usr/sbin/nft -f -\nadd table ip one_tproxy\n"
                              "add map ip one_tproxy ep_br0 { type inet_service : ipv4_addr . inet_service; }\n"
                              "flush map ip one_tproxy ep_br0\n"
                              "add element ip one_tproxy ep_br0 { 5030 : 10.0.0.2 . 5030 }\n");
    ASSERT_EQ(repair.best_effort.size(), 1U);
    EXPECT_NE(repair.best_effort[0].input.find("arp daddr ip 169.254.16.9 drop"), std::string::npos);
    EXPECT_EQ(repair.order, Order::none);
}

TEST(ARepair, OfAnotherAddressRestartsTheProxy)
{
    EXPECT_EQ(repair_of(whole(old), old).order, Order::restart);
    const auto written_by_the_driver = repair_of(whole(wanted), old);
    EXPECT_EQ(written_by_the_driver.order, Order::restart);
    EXPECT_TRUE(written_by_the_driver.commands.empty());
    EXPECT_FALSE(written_by_the_driver.why.empty());
}

TEST(ARepair, OfAnotherPortOnlyReloads)
{
    auto proxy = whole(wanted);
    proxy.services.push_back({.service_port = 2633, .port = 2633, .address = "10.0.0.2", .addresses = {"10.0.0.2"}});
    EXPECT_EQ(repair_of(proxy, wanted).order, Order::reload);
}

TEST(ARepair, StartsWhatDoesNotRun)
{
    auto proxy = whole(wanted);
    proxy.bridges[0].pid = 0;
    EXPECT_EQ(repair_of(proxy, wanted).order, Order::start);
    proxy.pid = 0;
    EXPECT_EQ(repair_of(proxy, old).order, Order::start) << "there is nothing that could be old";
}

TEST(ARepair, AfterARebootMakesEverything)
{
    auto proxy = whole(std::nullopt);
    proxy.pid = 0;
    proxy.bridges = {{.name = "br0", .guests = {guest}}};
    const auto repair = repair_of(proxy, {});
    const auto text = all_of(repair);
    for (const auto* line : {"netns add one_tproxy_br0", "link add br0b type veth peer name br0a",
                             "link set br0a netns one_tproxy_br0", "address replace 169.254.16.9/32 dev br0a",
                             "route replace default dev br0a", "link set dev br0b master br0 up", "5030 : 10.0.0.2"})
        EXPECT_NE(text.find(line), std::string::npos) << line << " in\n" << text;
    EXPECT_EQ(text.find("link delete"), std::string::npos);
    EXPECT_EQ(repair.order, Order::start);
}

TEST(ARepair, GivesTheNamespaceItsNameBackWhileItsProcessLives)
{
    auto proxy = whole(wanted);
    proxy.bridges[0].has_namespace = false;
    const auto repair = repair_of(proxy, wanted);
    EXPECT_EQ(all_of(repair), "nsenter --target 1 --mount -- /usr/sbin/ip netns attach one_tproxy_br0 12\n");
    EXPECT_EQ(repair.order, Order::none);
}

TEST(ARepair, ReplacesAWayThatLeadsNowhere)
{
    auto proxy = whole(wanted);
    proxy.bridges[0].has_namespace = false;
    proxy.bridges[0].way = Way::half;
    const auto repair = repair_of(proxy, wanted);
    EXPECT_EQ(repair.commands.front().argv, (std::vector<std::string>{"/usr/sbin/ip", "link", "delete", "br0b"}));
    EXPECT_EQ(repair.order, Order::restart) << "its process listens in a namespace that is lost";
    proxy = whole(wanted);
    proxy.bridges[0].has_port = false;
    EXPECT_EQ(all_of(repair_of(proxy, wanted)), "/usr/sbin/ip link set dev br0b master br0 up\n");
}

TEST(ARepair, TouchesNoBridgeWhoseNameCannotWork)
{
    for (const auto* name : {"fifteen-letters", "br0; flush ruleset", "br\"0"}) {
        auto proxy = whole(std::nullopt);
        proxy.bridges[0].name = name;
        proxy.bridges[0].pid = 0;
        EXPECT_TRUE(repair_of(proxy, {}).commands.empty()) << name;
        EXPECT_TRUE(repair_of(proxy, {}).best_effort.empty()) << name;
    }
}

TEST(TheScript, RunsAsOneadminOutsideOfOurUnit)
{
    FakeHost host;
    const auto alone = script(host, "start");
    EXPECT_EQ(alone.user, "oneadmin");
    EXPECT_EQ(alone.argv, (std::vector<std::string>{"sudo", "-n", proxy_script, "start"}));
    host.with_directory("/run/systemd/system");
    EXPECT_EQ(script(host, "start").argv.front(), "systemd-run");
}

TEST(PerformingARepair, StopsAtTheFirstCommandThatFails)
{
    FakeHost host;
    host.answering({"/usr/sbin/nft"}, CommandOutput{.exit_code = 1, .err = "no space\nmore"});
    const auto proxy = whole(std::nullopt);
    const auto done = perform(host, repair_of(proxy, wanted), proxy);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().reason, "/usr/sbin/nft -f -: no space");
}

}  // namespace
}  // namespace onenode::vnm
