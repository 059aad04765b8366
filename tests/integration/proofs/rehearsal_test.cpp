// The real rsync and real probes of ours over the real ssh.
#include "tests/integration/proofs/proof_fixture.hpp"

#include <unistd.h>

#include <cstdlib>

namespace {

using stage::expect;
using stage::on_node;
using stage::start_sshd;

class Rehearsal : public stage::ProofOnStage {
protected:
    static void add_probe(const std::string& path, const std::string& text)
    {
        const auto file = std::string{stage::remotes} + "/im/kvm-probes.d/" + path;
        stage::write(file, text);
        stage::here("chmod 0755 " + file + "; chown oneadmin: " + file);
    }
};

TEST_F(Rehearsal, OfAGoodNodeRunsEveryProbe)
{
    trust_node();
    const auto sshd = start_sshd();
    const auto report = rehearse();
    expect(report.findings, "host-sync", "ok");
    expect(report.findings, "probes", "ok", "5 probes ran as oneadmin");
    EXPECT_TRUE(node.proofs.rehearsal_ok);
    on_node("[ -f /var/tmp/one/im/kvm-probes.d/host/system/fine.sh ]; [ \"$(stat -c %U /var/tmp/one)\" = oneadmin ]");
}

TEST_F(Rehearsal, DeletesWhatIsNotInTheRemotesAsOpenNebulaDoes)
{
    trust_node();
    const auto sshd = start_sshd();
    on_node("install -d -o oneadmin /var/tmp/one /var/tmp/one/im; install -o oneadmin /dev/null /var/tmp/one/im/old");
    EXPECT_TRUE(onefrontend::all_proven(rehearse().findings));
    on_node("[ ! -e /var/tmp/one/im/old ]");
}

TEST_F(Rehearsal, GivesProbesWhatTheMonitoringClientGives)
{
    add_probe("host/system/tell.sh",
              "#!/bin/sh\n{ echo \"$@\"; cat; echo; pwd; id -un; echo $LANG; } > /var/tmp/told\n");
    trust_node();
    const auto sshd = start_sshd();
    EXPECT_TRUE(onefrontend::all_proven(rehearse().findings));
    on_node("cp /var/tmp/told /mnt/told");
    EXPECT_EQ(
        stage::read("/mnt/told"),
        "kvm 2000000000 "
        "node1\n<MONITOR_CONFIGURATION><DATASTORE_LOCATION>/var/lib/one/datastores</DATASTORE_LOCATION><NETWORK>"
        "<ADDRESS>0.0.0.0</ADDRESS><MONITOR_ADDRESS>auto</MONITOR_ADDRESS><PORT>4124</PORT><THREADS>8</THREADS></"
        "NETWORK>"
        "<PROBES_PERIOD><STATE_VM>5</STATE_VM></PROBES_PERIOD><HOST_ID>2000000000</HOST_ID></MONITOR_CONFIGURATION>\n"
        "/var/tmp/one/im/kvm.d\noneadmin\nC\n");
}

TEST_F(Rehearsal, ReportsEveryFailingProbeWithItsLastWords)
{
    add_probe("host/system/pci.rb",
              "#!/bin/sh\nlspci-that-is-not-there 2>/dev/null || { echo 'sh: 1: lspci: not found' >&2; exit 255; }\n");
    add_probe("host/system/machines_models.rb", "#!/bin/sh\nexit 255\n");
    add_probe("vm/status/state.rb", "#!/usr/bin/env ruby\nrequire 'load_something_of_opennebula'\n");
    trust_node();
    const auto sshd = start_sshd();
    const auto report = rehearse();
    expect(report.findings, "probe-pci.rb", "error", "lspci: not found");
    expect(report.findings, "probe-machines_models.rb", "error", "libvirt does not answer");
    expect(report.findings, "probe-state.rb", "error", "(LoadError)");
    EXPECT_FALSE(node.proofs.rehearsal_ok);
}

TEST_F(Rehearsal, TakesItsDatabasesAwayAgain)
{
    add_probe(
        "vm/status/state.sh",
        "#!/bin/sh\n: > /var/tmp/one/im/status_kvm_$2.db; mkdir -p /var/tmp/one_db; : > /var/tmp/one_db/host.db\n");
    trust_node();
    const auto sshd = start_sshd();
    EXPECT_TRUE(onefrontend::all_proven(rehearse().findings));
    on_node("[ -z \"$(ls /var/tmp/one/im/*.db 2>/dev/null)\" ]; [ ! -e /var/tmp/one_db ]");
}

TEST_F(Rehearsal, KeepsTheDatabasesOfAHostThatWasHereBefore)
{
    add_probe("vm/status/state.sh", "#!/bin/sh\n: >> /var/tmp/one_db/host.db\n");
    on_node("install -d -o oneadmin /var/tmp/one_db; install -o oneadmin /dev/null /var/tmp/one_db/host.db");
    trust_node();
    const auto sshd = start_sshd();
    EXPECT_TRUE(onefrontend::all_proven(rehearse().findings));
    on_node("[ -e /var/tmp/one_db/host.db ]");
}

TEST_F(Rehearsal, NamesRsyncThatTheNodeLacks)
{
    trust_node();
    on_node("mkdir -p /mnt/bin; ln -sf /bin/bash /bin/sh /mnt/bin/; rm -f /mnt/bin/rsync");
    const auto sshd = start_sshd("SetEnv PATH=/mnt/bin\n");
    const auto report = rehearse();
    expect(report.findings, "host-sync", "error", "rsync is not installed on the node");
    expect(report.findings, "probes", "not-checked");
}

TEST_F(Rehearsal, NamesTheFullDisk)
{
    trust_node();
    const auto sshd = start_sshd();
    stage::here("head -c 300000 /dev/zero > /mnt/remotes/big; chown oneadmin: /mnt/remotes/big");
    on_node("mount -o remount,size=64k /var/tmp");
    expect(rehearse().findings, "host-sync", "error", "the disk below /var/tmp/one is full");
}

TEST_F(Rehearsal, NamesTheFolderOfAnotherOwner)
{
    trust_node();
    const auto sshd = start_sshd();
    on_node("mkdir /var/tmp/one");
    const auto finding = onefrontend::find(rehearse().findings, "host-sync");
    EXPECT_EQ(finding.severity, "error");
    EXPECT_NE(finding.fix.find("chown -R oneadmin: /var/tmp/one"), std::string::npos) << finding.message << finding.fix;
}

TEST_F(Rehearsal, NamesThePrintingShell)
{
    trust_node();
    const auto sshd = start_sshd();
    stage::write(std::string{stage::node_home} + "/.bashrc", "echo 'Welcome to node1'\n");
    expect(rehearse().findings, "host-sync", "error", "login shell prints");
}

TEST_F(Rehearsal, NamesTheLinkThatLeadsNowhere)
{
    trust_node();
    const auto sshd = start_sshd();
    stage::here("ln -s /nonexistent /mnt/remotes/im/broken");
    expect(rehearse().findings, "host-sync", "error", "leads nowhere");
}

TEST_F(Rehearsal, NamesTheFileThatOneadminMayNotReadHere)
{
    trust_node();
    const auto sshd = start_sshd();
    stage::here("install -m 0600 -o root /dev/null /mnt/remotes/secret");
    expect(rehearse().findings, "host-sync", "error", "on the front-end: oneadmin cannot read");
}

TEST_F(Rehearsal, NamesAMountWithoutExecution)
{
    trust_node();
    const auto sshd = start_sshd();
    on_node("mount -o remount,noexec /var/tmp");
    expect(rehearse().findings, "probes", "error", "noexec");
}

// With a real OpenNebula on this machine its own probes run. A machine that is no hypervisor fails some; each by name.
TEST_F(Rehearsal, OfTheRealProbesExplainsEveryFailure)
{
    const std::string real_remotes = "/var/lib/one/remotes";
    if (!std::getenv("ONED_MONITOR_LOG")) GTEST_SKIP() << "no OpenNebula: ONED_MONITOR_LOG is not set";
    if (::access((real_remotes + "/im/kvm.d").c_str(), R_OK) != 0) GTEST_SKIP() << real_remotes << " is not there";
    config.remotes_dir = real_remotes;
    config.monitord_conf = "/etc/one/monitord.conf";
    trust_node();
    const auto sshd = start_sshd();
    const auto report = rehearse();
    expect(report.findings, "host-sync", "ok");
    for (const auto& finding : report.findings) {
        if (finding.severity == "ok") continue;
        EXPECT_TRUE(finding.id.starts_with("probe-")) << finding.id << ": " << finding.message;
        EXPECT_FALSE(onefrontend::says(finding, "none that is known")) << finding.message;
    }
    on_node("[ -z \"$(ls /var/tmp/one/im/*.db /var/tmp/one_db/host.db 2>/dev/null)\" ]");
}

TEST_F(Rehearsal, NamesARefusedKey)
{
    trust_node();
    const auto sshd = start_sshd();
    on_node(": > /mnt/home/.ssh/authorized_keys");
    expect(rehearse().findings, "host-sync", "error", "refused oneadmin's key");
}

}  // namespace
