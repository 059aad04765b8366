// A golden image holds nothing that two machines must not share, and its copies make their own.
#include "tests/unit/nodeagent/cli/stage.hpp"

#include "nodeagent/link/places.hpp"

#include <gtest/gtest.h>

namespace onenode::cli {
namespace {

constexpr const char* unit = "/etc/systemd/system/onenode-host-keys.service";
constexpr const char* link = "/etc/systemd/system/multi-user.target.wants/onenode-host-keys.service";

class Prepare : public testing::Test {
protected:
    Prepare()
    {
        stage.host.with_directory("/run/systemd/system")
            .with_directory("/etc/ssh")
            .with_directory("/etc/systemd/system")
            .with_directory("/var/lib/systemd")
            .with_file("/etc/machine-id", "0f7c1f5b2e5d4a9c8e4b1d2c3a4b5c6d\n", 0444)
            .with_file("/etc/ssh/sshd_config", "")
            .with_file("/etc/ssh/ssh_host_ed25519_key", "secret", 0600)
            .with_file("/etc/ssh/ssh_host_ed25519_key.pub", "public")
            .with_file("/var/lib/systemd/random-seed", "seed", 0600)
            .answering({"systemctl", "stop", "systemd-random-seed.service"}, CommandOutput{});
    }
    Stage stage{};
};

TEST_F(Prepare, TakesWhatNoTwoMachinesMayShareAndLetsTheNextBootMakeIt)
{
    const auto played = stage.prepare({.yes = true});
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_EQ(stage.host.read("/etc/machine-id"), "");
    EXPECT_FALSE(stage.host.stat("/etc/ssh/ssh_host_ed25519_key"));
    EXPECT_FALSE(stage.host.stat("/etc/ssh/ssh_host_ed25519_key.pub"));
    EXPECT_FALSE(stage.host.stat("/var/lib/systemd/random-seed"));
    EXPECT_TRUE(stage.host.stat("/etc/ssh/sshd_config"));
    EXPECT_NE(stage.host.read(unit)->find("ExecStart=/usr/bin/ssh-keygen -A\n"), std::string::npos);
    EXPECT_EQ(stage.host.read_link(link), unit);
}

TEST_F(Prepare, SaysInASecondRunThatNothingIsLeftToDo)
{
    ASSERT_EQ(stage.prepare({.yes = true}).exit, Exit::ok);
    const auto before = stage.host.changes();
    const auto played = stage.prepare();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_NE(played.out.find("was prepared before, and did not boot since: nothing was changed"), std::string::npos)
        << played.out;
    EXPECT_EQ(played.out.find("empty /etc/machine-id"), std::string::npos) << played.out;
    EXPECT_EQ(stage.host.changes(), before);

    stage.host.with_file("/etc/ssh/ssh_host_rsa_key", "secret", 0600);
    const auto again = stage.prepare({.yes = true});
    EXPECT_NE(again.out.find("remove /etc/ssh/ssh_host_rsa_key"), std::string::npos) << again.out;
    EXPECT_EQ(again.out.find("empty /etc/machine-id"), std::string::npos) << again.out;
    EXPECT_FALSE(stage.host.stat("/etc/ssh/ssh_host_rsa_key"));
}

TEST_F(Prepare, KilledAnywhereIsFinishedByASecondRun)
{
    std::size_t at = 1;
    for (;; ++at) {
        Stage played{stage.host};
        played.host.die_before(at);
        bool died = false;
        try {
            played.prepare({.yes = true});
        } catch (const Died&) {
            died = true;
        }
        if (!died) break;
        const bool keys_gone = !played.host.stat("/etc/ssh/ssh_host_ed25519_key");
        EXPECT_TRUE(!keys_gone || played.host.stat(link)) << "no keys, and nobody who makes others, at " << at;
        played.host.recover();
        EXPECT_EQ(played.prepare({.yes = true}).exit, Exit::ok) << at;
        EXPECT_EQ(played.host.read("/etc/machine-id"), "") << at;
        EXPECT_FALSE(played.host.stat("/etc/ssh/ssh_host_ed25519_key")) << at;
    }
    EXPECT_GT(at, 6U) << "unit, link, three files, the id";
}

TEST_F(Prepare, IsNotDoneAsLongAsSystemdWouldWriteTheSeedOnceMore)
{
    stage.host.answering({"systemctl", "stop", "systemd-random-seed.service"},
                         CommandOutput{.exit_code = 1, .err = "Failed to stop: Connection timed out\n"});
    const auto refused = stage.prepare({.yes = true});
    EXPECT_EQ(refused.exit, Exit::failed);
    EXPECT_NE(refused.err.find("systemctl stop systemd-random-seed.service, then run the same command again"),
              std::string::npos)
        << refused.err;
    EXPECT_TRUE(stage.host.stat("/etc/ssh/ssh_host_ed25519_key"));
    EXPECT_NE(stage.host.read("/etc/machine-id"), "");
}

TEST_F(Prepare, NeedsNoUnitForTheSeed)
{
    stage.host.answering({"systemctl", "stop", "systemd-random-seed.service"}, CommandOutput{.exit_code = 5});
    EXPECT_EQ(stage.prepare({.yes = true}).exit, Exit::ok);
    EXPECT_EQ(stage.host.read("/etc/machine-id"), "");
}

TEST_F(Prepare, ShowsAllOfItAndTouchesNothingInADryRun)
{
    const auto played = stage.prepare({.dry_run = true});
    EXPECT_EQ(played.exit, Exit::ok);
    EXPECT_NE(played.out.find("empty /etc/machine-id: the next boot makes another one"), std::string::npos);
    EXPECT_NE(played.out.find("remove /etc/ssh/ssh_host_ed25519_key: whoever has one copy"), std::string::npos);
    EXPECT_EQ(stage.host.changes(), 0U);
}

TEST_F(Prepare, RefusesAMachineThatIsJoined)
{
    ASSERT_EQ(stage.join().exit, Exit::ok);
    const auto before = stage.host.snapshot();
    const auto played = stage.prepare({.yes = true});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("its copies would all be the same node\n    fix: onenode leave"), std::string::npos)
        << played.err;
    EXPECT_EQ(stage.host.snapshot(), before);
}

TEST_F(Prepare, RefusesAMachineWithGuestsAlsoWhereLibvirtDoesNotAnswer)
{
    stage.host.with_process({.pid = 7, .argv = {"/usr/bin/qemu-system-x86_64", "-name", "guest=web,debug-threads=on"}})
        .with_process({.pid = 8, .argv = {"[lxc monitor] /var/lib/lxc one-3"}});
    const auto played = stage.prepare({.yes = true});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("web, one-3 run here, and would be in every copy"), std::string::npos) << played.err;
    EXPECT_TRUE(stage.host.stat("/etc/ssh/ssh_host_ed25519_key"));
}

TEST_F(Prepare, RefusesAMachineWhoseGuestsNobodyKnows)
{
    stage.host.with_processes_hidden();
    const auto played = stage.prepare({.yes = true});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("cannot look for guests in /proc: Permission denied"), std::string::npos) << played.err;
    EXPECT_TRUE(stage.host.stat("/etc/ssh/ssh_host_ed25519_key"));
}

TEST_F(Prepare, ForgetsAnApprovalThatWouldCountForEveryCopy)
{
    stage.host.with_directory("/var/lib/onenode", 0700).with_file(places::approval, "{}", 0600);
    EXPECT_EQ(stage.prepare({.yes = true}).exit, Exit::ok);
    EXPECT_FALSE(stage.host.stat(places::approval));
}

TEST_F(Prepare, NamesWhatStorageKnowsAMachineBy)
{
    stage.host.with_file("/etc/iscsi/initiatorname.iscsi", "InitiatorName=iqn.1993-08.org.debian:01:1\n");
    const auto played = stage.prepare({.yes = true});
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("/etc/iscsi/initiatorname.iscsi names this machine to storage"), std::string::npos)
        << played.out;
}

TEST_F(Prepare, OrdersItsUnitBeforeTheServiceAloneForASocketComesBeforeAllUnits)
{
    ASSERT_EQ(stage.prepare({.yes = true}).exit, Exit::ok);
    EXPECT_NE(stage.host.read(unit)->find("\nBefore=ssh.service sshd.service\n"), std::string::npos);
}

TEST_F(Prepare, DoesNothingUnaskedWhereNobodyCanAnswer)
{
    const auto played = stage.prepare();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("onenode prepare --yes"), std::string::npos) << played.err;
    EXPECT_TRUE(stage.host.stat("/etc/ssh/ssh_host_ed25519_key"));
}

TEST_F(Prepare, TellsOfAUuidThatSomebodySetForLibvirt)
{
    stage.host.with_file("/etc/libvirt/libvirtd.conf", "host_uuid = \"6a1b0d5e-0b1a-4a57-9d5f-0a8f7c6d5e4b\"\n");
    const auto played = stage.prepare({.yes = true});
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("sets host_uuid: no guest migrates between two copies"), std::string::npos) << played.out;
}

}  // namespace
}  // namespace onenode::cli
