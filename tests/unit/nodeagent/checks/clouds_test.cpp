// two-frontends, stale-client, foreign-vms
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include "nodeagent/checks/monitoring_client.hpp"
#include "nodeagent/core/journal.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

constexpr const char* config = "<MONITOR_CONFIGURATION><NETWORK><MONITOR_ADDRESS>10.9.9.9</MONITOR_ADDRESS></"
                               "NETWORK><HOST_ID>3</HOST_ID></MONITOR_CONFIGURATION>";

Process client(int pid, const std::string& host_id)
{
    return {
        .pid = pid, .uid = 9869, .argv = {"ruby", "/var/tmp/one/im/kvm.d/monitord-client.rb", "kvm", host_id, "node1"}};
}

FakeHost monitored_node()
{
    auto host = healthy_node();
    host.with_process(client(77, "3")).with_file("/var/tmp/one_db/config", config, 0644, 9869);
    return host;
}

void join(FakeHost& host)
{
    host.with_file("/var/lib/onenode/state.json", "{}", 0600);
}

Findings look(const Check& check, const FakeHost& host, const Facts& facts = healthy_facts())
{
    return check.run(facts, host, {});
}

TEST(TwoFrontends, NamesTheHostTheFrontendAndTheProcess)
{
    const auto finding = only(look(two_frontends, monitored_node()));
    EXPECT_EQ(finding.message, "this machine is a host already: number 3 (node1) of the front-end 10.9.9.9, whose "
                               "monitoring runs here as process 77");
    EXPECT_TRUE(finding.fix.starts_with("onehost delete 3  # on that front-end"));
    EXPECT_TRUE(two_frontends.data_loss);
}

TEST(TwoFrontends, SaysWhereItWasAJoinOfOursWhoseStateIsLost)
{
    auto host = monitored_node();
    host.with_file("/var/lib/one/.ssh/authorized_keys", "# begin onenode\nssh-rsa A\n# end onenode\n", 0600, 9869);
    const auto finding = only(look(two_frontends, host));
    EXPECT_TRUE(holds(finding.message, "as host 3")) << finding.message;
    EXPECT_TRUE(holds(finding.message, "/var/lib/one/.ssh/authorized_keys")) << finding.message;
    EXPECT_TRUE(finding.fix.starts_with("onenode leave --offline")) << finding.fix;
}

TEST(TwoFrontends, IsAlsoToldByWhatAFormerMembershipLeft)
{
    auto host = healthy_node();
    host.with_file("/var/tmp/one_db/config", config, 0644, 9869);
    EXPECT_EQ(only(look(two_frontends, host)).message, "this machine was host number 3 of the front-end 10.9.9.9, and "
                                                       "may still be it: /var/tmp/one_db/config is left");
    host.with_file("/var/tmp/one_db/config", "<not xml", 0644, 9869);
    EXPECT_TRUE(holds(only(look(two_frontends, host)).message, "host of an OpenNebula,"));
}

TEST(TwoFrontends, IsNoMatterOnceTheMachineIsOurs)
{
    auto host = monitored_node();
    join(host);
    EXPECT_TRUE(look(two_frontends, host).empty());
}

TEST(TwoFrontends, IsNoMatterInTheMiddleOfAJoinOfOurs)
{
    auto host = monitored_node();
    host.with_directory("/var/lib/onenode", 0700);
    auto journal = Journal::open(host, "/var/lib/onenode");
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->record("account", CreateGroup{.name = "oneadmin", .gid = 9869}, BeforeUser{}, ""));
    EXPECT_TRUE(look(two_frontends, host).empty());
}

TEST(TwoFrontends, AreStillTwoAfterDoctorMendedSomething)
{
    auto host = monitored_node();
    host.with_directory("/var/lib/onenode", 0700);
    auto journal = Journal::open(host, "/var/lib/onenode");
    ASSERT_TRUE(journal);
    ASSERT_TRUE(
        journal->record(std::string{fixed_by_doctor} + "limits", WriteFile{.path = "/etc/x"}, BeforeFile{}, ""));
    EXPECT_EQ(only(look(two_frontends, host)).severity, Severity::error);
}

TEST(TwoFrontends, AreOneWhenTheAddressIsThatOfOurFrontend)
{
    EXPECT_TRUE(two_frontends.run(healthy_facts(), monitored_node(), {.frontend_addresses = {"10.9.9.9"}}).empty());
}

TEST(StaleClient, NamesBothHostsAndEndsTheOlderClient)
{
    auto host = monitored_node();
    host.with_process(client(78, "9")).with_file("/var/tmp/one_db/.monitor_client.pid", "78\n");
    join(host);
    const auto finding = only(look(stale_client, host));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_EQ(finding.message, "2 monitoring clients run here, for the hosts 3 (process 77) and 9 (process 78)");
    EXPECT_EQ(finding.fix, "kill 77");
}

TEST(StaleClient, IsLeftToTheOtherCheckOnAMachineOfAnotherCloud)
{
    auto host = monitored_node();
    host.with_process(client(78, "9"));
    EXPECT_EQ(only(look(stale_client, host)).severity, Severity::not_checked);
}

TEST(MonitoringClients, AreToldFromOtherProcesses)
{
    const std::string script = "/var/tmp/one/im/lxc.d/monitord-client.rb";
    auto host = healthy_node();
    host.with_process({.pid = 1, .uid = 9869, .argv = {}})
        .with_process({.pid = 2, .uid = 9869, .argv = {"vi", script, "lxc", "12", "node01"}})
        .with_process({.pid = 3, .uid = 9869, .argv = {"/usr/bin/ruby3.1", "-W0", script, "lxc", "12", "node01"}})
        .with_process({.pid = 4, .uid = 9869, .argv = {"ruby", "-e", "sleep 9", script, "lxc", "12", "node01"}})
        .with_process({.pid = 5, .uid = 9869, .argv = {"bash", script + "_control.sh", "lxc", "12", "node01"}})
        .with_process({.pid = 6, .uid = 9869, .argv = {"ruby", script}});
    const auto clients = monitoring_clients(host);
    ASSERT_EQ(clients.size(), 1U);
    EXPECT_EQ(clients[0].pid, 3);
    EXPECT_EQ(clients[0].host_id, "12");
}

// Or whoever has a login here could make a join believe in a second front-end.
TEST(MonitoringClients, AreTheDriversAccountsAlone)
{
    auto host = healthy_node();
    auto somebodys = client(78, "9");
    somebodys.uid = 1000;
    host.with_process(somebodys);
    EXPECT_TRUE(monitoring_clients(host).empty());
    EXPECT_TRUE(look(two_frontends, host).empty());
    FakeHost without_account;
    without_account.with_process(client(79, "9"));
    EXPECT_TRUE(monitoring_clients(without_account).empty());
}

TEST(ForeignVms, AreGuestsNamedAsOpennebulaNamesThem)
{
    auto facts = healthy_facts();
    facts.libvirt.domains = {"one-12", "web", "one-", "one-x", "none-3"};
    const auto finding = only(look(foreign_vms, healthy_node(), facts));
    EXPECT_EQ(finding.message, "one-12 runs here and belongs to another OpenNebula");
    EXPECT_TRUE(foreign_vms.data_loss);
}

TEST(ForeignVms, AreOurOwnOnceTheMachineIsOurs)
{
    auto facts = healthy_facts();
    facts.libvirt.domains = {"one-12"};
    auto host = healthy_node();
    join(host);
    EXPECT_TRUE(look(foreign_vms, host, facts).empty());
}

}  // namespace
}  // namespace onenode::checks
