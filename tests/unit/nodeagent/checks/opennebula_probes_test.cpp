#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

class OpenNebulaProbes : public testing::Test {
protected:
    Findings look() { return opennebula_probes.run(healthy_facts(), host, {.name = "kvm1"}); }

    Findings look_where_probes_say(const std::string& lines)
    {
        host.answering({probe, "rehearse", "oneadmin"}, said(lines + "onenode-probe:done\n"));
        return look();
    }

    FakeHost host = healthy_node();
};

TEST_F(OpenNebulaProbes, AreAllRunAlsoAfterOneThatFailed)
{
    const auto found = look_where_probes_say("onenode-probe:vm/status 1 20 state.rb sqlite3 (LoadError)\n"
                                             "onenode-probe:host/system 255 40 machines_models.rb \n"
                                             "onenode-probe:host/system 0 10 name.sh \n"
                                             "onenode-probe:host/system 255 30 pci.rb sh: 1: lspci: not found\n");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].object, "machines_models.rb");
    EXPECT_TRUE(holds(found[0].message, "it says nothing; usual cause: libvirt does not answer"));
    EXPECT_TRUE(holds(found[0].message, "(after 0.4 s)"));
    EXPECT_EQ(found[1].object, "pci.rb");
    EXPECT_TRUE(found[1].fix.starts_with("apt install pciutils"));
    EXPECT_EQ(found[2].object, "state.rb");
}

TEST_F(OpenNebulaProbes, NameTheOneAtWhichOpenNebulaStopsAndWhatItShows)
{
    host.with_file("/var/tmp/one_db/config", "<MONITOR_CONFIGURATION><HOST_ID>7</HOST_ID></MONITOR_CONFIGURATION>");
    const auto found = look_where_probes_say("onenode-probe:host/system 255 40 machines_models.rb \n"
                                             "onenode-probe:host/system 255 30 pci.rb sh: 1: lspci: not found\n");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_TRUE(holds(found[0].message, R"(OpenNebula goes no further and shows "Error monitoring Host kvm1 (7): ")"));
    EXPECT_FALSE(holds(found[1].message, "goes no further"));
}

TEST_F(OpenNebulaProbes, GetTheConfigurationThatTheFrontEndGaveTheClient)
{
    const std::string config = "<MONITOR_CONFIGURATION><DATASTORE_LOCATION>/ds</DATASTORE_LOCATION><HOST_ID>7</"
                               "HOST_ID></MONITOR_CONFIGURATION>";
    host.with_file("/var/tmp/one_db/config", config);
    std::string script;
    host.answering({probe, "rehearse", "oneadmin"}, [&script](const one::Command& command) {
        script = command.input;
        return Result<CommandOutput>{said("onenode-probe:done\n")};
    });
    look();
    EXPECT_TRUE(holds(script, config)) << script;
    EXPECT_TRUE(holds(script, "id=7 name=kvm1")) << script;
}

TEST_F(OpenNebulaProbes, MayNotBeExecutable)
{
    EXPECT_EQ(only(look_where_probes_say("")).message, "no probe below /var/tmp/one/im can be executed");
}

TEST_F(OpenNebulaProbes, MayTakeTooLong)
{
    const auto finding = only(look_where_probes_say("onenode-probe:host/system 0 1900 monitor_ds.rb \n"
                                                    "onenode-probe:vm/monitor 0 1900 poll.rb \n"
                                                    "onenode-probe:vm/status 0 1000 state.rb \n"));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_EQ(finding.object, "slow");
    EXPECT_TRUE(holds(finding.message, "take 48 s one after the other, OpenNebula gives them 90 s; the slowest is "
                                       "host/system/monitor_ds.rb, with 19 s"))
        << finding.message;
}

TEST_F(OpenNebulaProbes, AreNotCheckedWhereTheyCannotBePlayed)
{
    host.answering({probe, "rehearse", "oneadmin"},
                   failed("cannot make a mount namespace: Operation not permitted", 2));
    const auto finding = only(look());
    EXPECT_EQ(finding.severity, Severity::not_checked);
    EXPECT_TRUE(holds(finding.message, "cannot make a mount namespace"));
}

TEST_F(OpenNebulaProbes, AreNotCheckedBeforeOpenNebulaBroughtThem)
{
    const auto found = opennebula_probes.run(healthy_facts(), host, {.type = "qemu"});
    EXPECT_EQ(only(found).severity, Severity::not_checked);
}

}  // namespace
}  // namespace onenode::checks
