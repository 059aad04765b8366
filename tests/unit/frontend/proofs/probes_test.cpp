#include "frontend/proofs/probe_script.hpp"
#include "frontend/proofs/probe_trouble.hpp"
#include "frontend/proofs/rehearsal.hpp"

#include "frontend/proofs/monitor_configuration.hpp"
#include "tests/unit/frontend/proofs/finding_text.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

std::string fix_of(std::string file, int exit_code, std::string words)
{
    const auto finding = explain_probe({"host/system", std::move(file), exit_code, std::move(words)});
    return finding.message + " | " + finding.fix;
}

TEST(Probes, AreReadFromTheScriptsLines)
{
    const auto probes = parse_probe_runs(
        "motd\nonenode-probe:vm/status 0 state.rb \nonenode-probe:host/system 255 pci.rb no lspci here\n"
        "onenode-probe:done\n");
    EXPECT_TRUE(probes.complete);
    EXPECT_EQ(probes.runs, (std::vector<ProbeRun>{{"host/system", "pci.rb", 255, "no lspci here"},
                                                  {"vm/status", "state.rb", 0, ""}}));
}

TEST(Probes, AreIncompleteWithoutTheLastLine)
{
    EXPECT_FALSE(parse_probe_runs("onenode-probe:host/system 0 name.sh \nonenode-probe:host/sys").complete);
    EXPECT_TRUE(
        parse_probe_runs("onenode-probe:\nonenode-probe:a b c\nonenode-probe:host/system x y z\n").runs.empty());
}

TEST(Probes, AreAllReportedNotOnlyTheFirst)
{
    const ProbeRuns probes{.runs = {{"host/system", "machines_models.rb", 255, ""},
                                    {"host/system", "name.sh", 0, ""},
                                    {"host/system", "pci.rb", 255, "sh: 1: lspci: not found"}},
                           .complete = true};
    const auto findings = judge_probes(probes, "/var/tmp/one");
    EXPECT_EQ(findings.size(), 2U);
    EXPECT_EQ(find(findings, "probe-machines_models.rb").severity, "error");
    EXPECT_EQ(find(findings, "probe-pci.rb").severity, "error");
}

TEST(Probes, AreCountedWhereAllWentWell)
{
    const auto findings = judge_probes({.runs = {{"host/system", "name.sh", 0, ""}}, .complete = true}, "/var/tmp/one");
    EXPECT_EQ(findings, Findings{proven("probes", "1 probes ran as oneadmin")});
}

TEST(Probes, AreMissedWhereNoneCouldBeExecuted)
{
    EXPECT_TRUE(says(find(judge_probes({.complete = true}, "/var/tmp/one"), "probes"), "noexec"));
}

TEST(ProbeTrouble, KnowsThePackageOfAMissingProgram)
{
    const auto virsh = "/usr/lib/ruby/3.1.0/open3.rb:222:in `spawn': No such file or directory - virsh (Errno::ENOENT)";
    EXPECT_NE(fix_of("memory_encryption.rb", 255, virsh).find("apt install libvirt-clients"), std::string::npos);
    EXPECT_NE(fix_of("pci.rb", 255, "sh: 1: lspci: not found").find("apt install pciutils"), std::string::npos);
    EXPECT_NE(fix_of("poll.rb", 255, "No such file or directory - virsh").find("apt install libvirt-clients"),
              std::string::npos);
    EXPECT_NE(fix_of("linux_host.rb", 127, "/usr/bin/env: 'ruby': No such file or directory").find("apt install ruby"),
              std::string::npos);
    EXPECT_NE(fix_of("prediction.sh", 127, "x.sh: line 40: xmllint: command not found").find("libxml2-utils"),
              std::string::npos);
}

TEST(ProbeTrouble, DoesNotTakeOneProgramForAnother)
{
    EXPECT_EQ(fix_of("x.sh", 1, "sh: 1: maps: not found").find("procps"), std::string::npos);
    EXPECT_EQ(fix_of("x.rb", 1, "No such file or directory - psql").find("procps"), std::string::npos);
}

TEST(ProbeTrouble, KnowsTheRubygemsPackage)
{
    EXPECT_NE(fix_of("clean_db.rb", 1, "cannot load such file -- load_opennebula_paths (LoadError)")
                  .find("opennebula-rubygems"),
              std::string::npos);
    EXPECT_NE(fix_of("state.rb", 1, "cannot load such file -- sqlite3 (LoadError)").find("opennebula-rubygems"),
              std::string::npos);
}

TEST(ProbeTrouble, SpeaksForAProbeThatSaysNothingWhenLibvirtIsDown)
{
    EXPECT_NE(fix_of("machines_models.rb", 255, "").find("libvirt does not answer"), std::string::npos);
}

TEST(ProbeTrouble, TellsAProbeThatHangs)
{
    EXPECT_NE(fix_of("monitor_ds.rb", 124, "").find("did not end within"), std::string::npos);
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
