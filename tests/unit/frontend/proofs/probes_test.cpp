#include "frontend/proofs/rehearsal.hpp"

#include "frontend/proofs/monitor_configuration.hpp"
#include "tests/unit/frontend/proofs/finding_text.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

TEST(Probes, AreAllReportedNotOnlyTheFirst)
{
    const one::probes::Runs probes{
        .runs = {{.category = "host/system", .file = "machines_models.rb", .exit_code = 255},
                 {.category = "host/system", .file = "name.sh"},
                 {.category = "host/system", .file = "pci.rb", .exit_code = 255, .words = "sh: 1: lspci: not found"}},
        .complete = true};
    const auto findings = judge_probes(probes, "/var/tmp/one");
    EXPECT_EQ(findings.size(), 2U);
    EXPECT_EQ(find(findings, "probe-machines_models.rb").severity, "error");
    EXPECT_TRUE(find(findings, "probe-pci.rb").fix.starts_with("on the node: apt install pciutils"));
}

TEST(Probes, AreCountedWhereAllWentWell)
{
    const auto findings =
        judge_probes({.runs = {{.category = "host/system", .file = "name.sh"}}, .complete = true}, "/var/tmp/one");
    EXPECT_EQ(findings, Findings{proven("probes", "1 probes ran as oneadmin")});
}

TEST(Probes, AreMissedWhereNoneCouldBeExecuted)
{
    EXPECT_TRUE(says(find(judge_probes({.complete = true}, "/var/tmp/one"), "probes"), "noexec"));
}

TEST(MonitorConfiguration, HoldsWhatProbesRead)
{
    const auto attributes = parse_attributes(
        "DB = [ CONNECTIONS = 15, PASSWD = \"x\" ]\nNETWORK = [ MONITOR_ADDRESS = \"a&b\", PORT = 4124, "
        "PRIKEY = \"/key\" ]\nPROBES_PERIOD = [ STATE_VM = 5 ]\n");
    EXPECT_EQ(monitor_configuration(*attributes, {.id = 7, .datastore_location = "/ds"}),
              "<MONITOR_CONFIGURATION><DATASTORE_LOCATION>/ds</DATASTORE_LOCATION><NETWORK><MONITOR_ADDRESS>a&amp;b</"
              "MONITOR_ADDRESS>"
              "<PORT>4124</PORT></NETWORK><PROBES_PERIOD><STATE_VM>5</STATE_VM></PROBES_PERIOD><HOST_ID>7</HOST_ID>"
              "</MONITOR_CONFIGURATION>");
}

}  // namespace
}  // namespace onefrontend
