// What is missing is told at once, or installed with --install-packages: in time, without harm, and for the record.
#include "tests/unit/nodeagent/cli/fake_apt.hpp"
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/support/golden.hpp"
#include "tests/unit/support/signing_key.hpp"

#include "nodeagent/checks/checks.hpp"
#include "nodeagent/cli/join.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/link/places.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <utility>

namespace onenode::cli {
namespace {

using one::test::expect_golden;
namespace wire = one::wire;
using Names = std::vector<std::string>;

constexpr const char* sources = "/etc/apt/sources.list.d/onenode-opennebula.sources";
constexpr const char* key = "/etc/apt/keyrings/onenode-opennebula.asc";

wire::Repository repository()
{
    return {.apt = "https://mirror.example.com/7.4/{distribution}/{version}",
            .dnf = "https://mirror.example.com/7.4/{distribution}/{version}/$basearch",
            .suite = "stable",
            .component = "opennebula",
            .key = std::string{one::test::signing_key}};
}

class JoinPackages : public testing::Test {
protected:
    JoinPackages() { stage.preflight = checks_of_packages(); }

    Played install(JoinOptions options = {})
    {
        options.install_packages = true;
        return stage.join(std::move(options));
    }
    bool enroll_was_asked()
    {
        const auto asked = stage.front_end.asked();
        return std::ranges::find(asked, "POST /v1/enroll") != asked.end();
    }
    std::size_t touched(std::string_view with) const
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            stage.host.touched(), [with](const std::string& one) { return one.starts_with(with); }));
    }

    Stage stage{};
    FakeApt apt{stage.host};
};

TEST_F(JoinPackages, AreAllNamedAtOnceWithTheOneCommand)
{
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    expect_golden("join-packages-missing.txt", stage.stable(played.out + played.err));
    EXPECT_EQ(stage.host.changes(), 0U);
    EXPECT_TRUE(stage.front_end.asked().empty());
}

TEST_F(JoinPackages, AreNamedForProgramsToo)
{
    stage.output.json = true;
    EXPECT_NE(stage.join().out.find(R"("packages":["rsync","jq","ruby","opennebula-node-kvm","opennebula-rubygems"])"),
              std::string::npos);
}

TEST_F(JoinPackages, StayWithTheirCheckWhereItIsOne)
{
    stage.host.with_program("jq").with_program("ruby").with_directory("/usr/share/one-node");
    const auto played = stage.join();
    EXPECT_NE(played.out.find("[ERROR rsync-missing] rsync is not installed\n    left alone: `Could not update "
                              "remotes`.\n    fix: apt install rsync\n"),
              std::string::npos)
        << played.out;
}

TEST_F(JoinPackages, AreInstalledInTheFrontEndsVersionBeforeTheTokenIsSpent)
{
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::ok) << played.out << played.err;
    expect_golden("join-packages-installed.txt", stage.stable(played.out));
    EXPECT_EQ(apt.requested, (Names{"rsync", "jq", "ruby", "opennebula-node-kvm=7.4.0-1", "opennebula-rubygems=7.4.0-1",
                                    "opennebula-common=7.4.0-1"}));
    EXPECT_EQ(apt.updates, 1);
    const auto deeds = recall(stage.host, places::state_dir);
    ASSERT_TRUE(deeds && !deeds->empty());
    EXPECT_EQ(deeds->front().kind, deeds::installed);
}

TEST_F(JoinPackages, AreNamedByLeaveAndStay)
{
    ASSERT_EQ(install().exit, Exit::ok);
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_NE(played.out.find("stays: packages rsync, jq, ruby, opennebula-node-kvm, opennebula-rubygems, "
                              "opennebula-common (installed for the join; to remove: apt-get remove rsync"),
              std::string::npos)
        << played.out;
    EXPECT_FALSE(stage.host.stat("/var/lib/onenode"));
    EXPECT_TRUE(apt.installed.contains("ruby"));
}

TEST_F(JoinPackages, NothingIsDoneWhereNothingIsMissing)
{
    stage.host.with_program("rsync").with_program("jq").with_program("ruby").with_directory("/usr/share/one-node");
    EXPECT_EQ(install().exit, Exit::ok);
    EXPECT_EQ(touched("run apt-get"), 0U);
}

TEST_F(JoinPackages, ADryRunShowsTheCommandAndTouchesNothing)
{
    const auto played = install({.dry_run = true});
    EXPECT_EQ(played.exit, Exit::ok) << played.out << played.err;
    EXPECT_NE(played.out.find("runs apt-get install -y --no-remove"), std::string::npos) << played.out;
    EXPECT_NE(played.out.find("opennebula-node-kvm=7.4.0-1"), std::string::npos);
    EXPECT_EQ(stage.host.changes(), 0U);
    EXPECT_EQ(apt.updates, 0);
}

TEST_F(JoinPackages, WhatIsIgnoredIsNotInstalled)
{
    const auto played = install({.ignore = {"rsync-missing", "opennebula-package"}});
    EXPECT_EQ(played.exit, Exit::warnings) << played.err;
    EXPECT_EQ(apt.requested, (Names{"jq", "ruby"}));
    EXPECT_NE(played.out.find("[WARNING rsync-missing]"), std::string::npos);
}

TEST_F(JoinPackages, ThatCannotBeInstalledEndTheJoinInTheToolsWords)
{
    for (const auto& [said, told] :
         {std::pair{"E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (unattended-upgr)\n",
                    "It is held by process 4711 (unattended-upgr)"},
          std::pair{"E: Unable to locate package jq\n", "Unable to locate package jq"},
          std::pair{"dpkg: error: cannot copy: No space left on device\n", "No space left on device"},
          std::pair{"E: Unmet dependencies.\n", "dpkg --configure -a"}}) {
        apt.result = {100, "", said};
        const auto played = install();
        EXPECT_EQ(played.exit, Exit::failed);
        EXPECT_NE(played.err.find("cannot install the packages rsync, jq, ruby"), std::string::npos) << played.err;
        EXPECT_NE(played.err.find(told), std::string::npos) << played.err;
        EXPECT_FALSE(enroll_was_asked());
    }
    apt.result = {};
    EXPECT_EQ(install().exit, Exit::ok);
}

TEST_F(JoinPackages, AFailedInstallIsTakenBackByLeave)
{
    const auto before = stage.machine();
    apt.result = {100, "", "E: broken\n"};
    ASSERT_EQ(install().exit, Exit::failed);
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_EQ(played.out.find("stays"), std::string::npos) << played.out;
    EXPECT_EQ(stage.machine(), before);
    EXPECT_FALSE(stage.host.stat("/var/lib/onenode"));
}

TEST_F(JoinPackages, OfAnotherReleaseAreRefused)
{
    apt.offers["opennebula-node-kvm"] = {"7.2.1-1", "7.2.0-1"};
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(
        played.err.find("the front-end is OpenNebula 7.4.0, and this machine's repositories offer 7.2.1-1, 7.2.0-1"),
        std::string::npos)
        << played.err;
    EXPECT_EQ(touched("run apt-get install"), 0U);
}

TEST_F(JoinPackages, OfTheSameReleaseWillDo)
{
    for (const auto* name : {"opennebula-node-kvm", "opennebula-rubygems"})
        apt.offers[name] = {"1:7.4.2-1.ce"};
    EXPECT_EQ(install().exit, Exit::ok);
    EXPECT_EQ(apt.requested.at(3), "opennebula-node-kvm=1:7.4.2-1.ce");
}

TEST_F(JoinPackages, ThatNoRepositoryOffersAreLeftOutAndNamed)
{
    apt.offers.clear();
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_EQ(apt.requested, (Names{"rsync", "jq", "ruby"}));
    EXPECT_NE(played.out.find("no repository of this machine offers opennebula-node-kvm, and the front-end names none"),
              std::string::npos);
    EXPECT_NE(played.out.find("[ERROR opennebula-package]"), std::string::npos) << played.out;
    EXPECT_FALSE(enroll_was_asked());
}

TEST_F(JoinPackages, AreNotInstalledWhereSomethingWouldHaveToGo)
{
    apt.simulation = {.out = "Remv old-tool [1.0]\n"};
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("it would remove old-tool"), std::string::npos) << played.err;
    EXPECT_EQ(touched("run apt-get install"), 0U);
}

TEST_F(JoinPackages, AreNotInstalledWhereSomethingWouldGetOlder)
{
    apt.simulation = {.out = "The following packages will be DOWNGRADED:\n  opennebula-common\n"};
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("it would downgrade opennebula-common"), std::string::npos) << played.err;
    EXPECT_EQ(touched("run apt-get install"), 0U);
}

TEST_F(JoinPackages, TakeNoLibvirtFromUnderRunningGuests)
{
    apt.simulation = {.out = "Inst libvirt-daemon [9.0.0-4] (9.0.0-5 Debian [amd64])\nInst zlib1g [1] (2 Debian)\n"};
    stage.host.with_process({.pid = 7, .argv = {"/usr/bin/qemu-system-x86_64", "-name", "guest=somebodys"}});
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("libvirt-daemon, opennebula-node-kvm would restart what the virtual machines hang on"),
              std::string::npos)
        << played.err;
    stage.host.machine().processes.clear();
    const auto again = install();
    EXPECT_EQ(again.exit, Exit::ok) << again.err;
    EXPECT_NE(again.out.find("upgrades, because what is new needs it: libvirt-daemon, zlib1g"), std::string::npos);
}

TEST_F(JoinPackages, TakeNothingFromUnderGuestsThatNobodyCanList)
{
    stage.host.with_processes_hidden();
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("cannot look for guests in /proc"), std::string::npos) << played.err;
    EXPECT_EQ(touched("run apt-get install"), 0U);
}

TEST_F(JoinPackages, AreRehearsedOnceMoreRightBeforeTheyAreInstalled)
{
    apt.simulation = {.out = "Inst zlib1g [1] (2 Debian)\n"};
    apt.when_simulated = [this] {
        apt.simulation = {.out = "Inst zlib1g [1] (2 Debian)\nInst libc6 [1] (2 Debian)\n"};
    };
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("changed since it was planned: zlib1g, libc6, instead of zlib1g"), std::string::npos)
        << played.err;
    EXPECT_EQ(touched("run apt-get install"), 0U);

    apt.when_simulated = [this] { apt.simulation = {.out = "Remv old-tool [1.0]\n"}; };
    EXPECT_NE(install().err.find("it would remove old-tool"), std::string::npos);
    EXPECT_EQ(touched("run apt-get install"), 0U);
}

TEST_F(JoinPackages, RestartLibvirtUnderGuestsWhereSomebodyAcceptedThatAndTakeNoSwitchFromThem)
{
    stage.host.with_process({.pid = 7, .argv = {"/usr/bin/qemu-system-x86_64", "-name", "guest=somebodys"}});
    const auto refused = install();
    EXPECT_NE(refused.err.find("or let it restart libvirt under them: --accept-risk=restart-libvirt"),
              std::string::npos)
        << refused.err;
    const JoinOptions accepting{.accepted_risks = {"restart-libvirt"}};
    apt.simulation = {.out = "Inst openvswitch-switch [3.1.0-1] (3.1.0-2 Debian [amd64])\n"};
    const auto of_switch = install(accepting);
    EXPECT_NE(of_switch.err.find("openvswitch-switch would restart what"), std::string::npos) << of_switch.err;
    EXPECT_EQ(of_switch.err.find("--accept-risk"), std::string::npos) << of_switch.err;
    apt.simulation = {.out = "Inst libvirt-daemon [9.0.0-4] (9.0.0-5 Debian [amd64])\n"};
    EXPECT_EQ(install(accepting).exit, Exit::ok);
}

TEST_F(JoinPackages, WaitForAnotherPackageManagerAndSayForWhom)
{
    stage.host.with_process({.pid = 4711, .argv = {"/usr/bin/python3", "/usr/bin/unattended-upgrade"}});
    const auto played = install();  // it never ends, so apt's own lock decides
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_NE(played.out.find("waits for process 4711 (/usr/bin/python3 /usr/bin/unattended-upgrade)"),
              std::string::npos)
        << played.out;
}

TEST_F(JoinPackages, AreForAPersonWhereThereIsNoKnownTool)
{
    stage.host.without("/usr/bin/apt-get");
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("this machine has neither apt-get nor dnf"), std::string::npos) << played.err;
}

// A join of ours was not here: what the journal has of packages must not silence the checks on other people's guests.
TEST_F(JoinPackages, DoNotMakeTheMachineOurs)
{
    apt.result = {100, "", "E: broken\n"};
    ASSERT_EQ(install().exit, Exit::failed);
    ASSERT_FALSE(Journal::read(stage.host, places::state_dir)->empty());
    const auto* check = checks::find("foreign-vms");
    ASSERT_NE(check, nullptr);
    const Facts facts{.libvirt = {.installed = true, .domains = {"one-12"}}};
    const auto findings = check->run(facts, stage.host, {});
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings.front().severity, Severity::error) << findings.front().message;
}

class NamedRepository : public JoinPackages {
protected:
    NamedRepository()
    {
        std::swap(apt.named, apt.offers);
        name(repository());
        stage.host.with_file("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n").with_directory("/etc/apt");
        stage.host.with_directory("/etc/apt/sources.list.d");
    }
    void name(const wire::Repository& one)
    {
        stage.front_end.with([&one](FakeCloud& cloud) { cloud.desired.repository = one; });
    }
    bool nothing_is_added()
    {
        return !stage.host.stat(sources) && !stage.host.stat(key) &&
               !stage.host.stat("/run/onenode/onenode-opennebula.sources");
    }
};

TEST_F(NamedRepository, IsTriedAndAddedWhereTheMachinesOwnDoNotDo)
{
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::ok) << played.out << played.err;
    expect_golden("join-packages-repository.txt", stage.stable(played.out));
    EXPECT_EQ(apt.requested, (Names{"rsync", "jq", "ruby", "opennebula-node-kvm=7.4.0-1", "opennebula-rubygems=7.4.0-1",
                                    "opennebula-common=7.4.0-1"}));
    expect_golden("onenode-opennebula.sources", *stage.host.read(sources));
    EXPECT_EQ(*stage.host.read(key), one::test::signing_key);
    EXPECT_NE(apt.tried.find("Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDME"), std::string::npos)
        << apt.tried;
    EXPECT_FALSE(stage.host.stat("/run/onenode/onenode-opennebula.sources"));
    EXPECT_TRUE((*load_membership(stage.host))->installs_packages);
}

TEST_F(NamedRepository, IsTakenAwayByLeave)
{
    ASSERT_EQ(install().exit, Exit::ok);
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_TRUE(nothing_is_added());
    EXPECT_FALSE(stage.host.stat("/etc/apt/keyrings"));
}

TEST_F(NamedRepository, IsNotLookedAtWhereTheMachinesOwnDo)
{
    apt.offers = apt.named;
    EXPECT_EQ(install().exit, Exit::ok);
    EXPECT_TRUE(apt.tried.empty());
    EXPECT_TRUE(nothing_is_added());
}

TEST_F(NamedRepository, IsNotLookedAtWhereTheMachinesOwnAreOfAnotherRelease)
{
    apt.offers["opennebula-node-kvm"] = {"7.2.0-1"};
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("the front-end is OpenNebula 7.4.0, and this machine's repositories offer 7.2.0-1"),
              std::string::npos)
        << played.err;
    EXPECT_NE(played.err.find("take this machine's own away to have the one that the front-end names "
                              "(https://mirror.example.com/7.4/Debian/12)"),
              std::string::npos)
        << played.err;
    EXPECT_TRUE(apt.tried.empty());
    EXPECT_TRUE(nothing_is_added());
    apt.offers = {{"opennebula-node-kvm", {"7.4.0-1"}}};
    EXPECT_NE(install().err.find("this machine's repositories offer no such package"), std::string::npos)
        << "opennebula-rubygems";
    EXPECT_TRUE(nothing_is_added());
    apt.offers.clear();
    EXPECT_EQ(install().exit, Exit::ok) << "taken away";
}

TEST_F(NamedRepository, IsShownByADryRun)
{
    const auto played = install({.dry_run = true});
    EXPECT_EQ(played.exit, Exit::ok) << played.out << played.err;
    EXPECT_NE(played.out.find(std::string{"signed by "} + std::string{one::test::signing_fingerprint}),
              std::string::npos);
    EXPECT_NE(played.out.find("+URIs: https://mirror.example.com/7.4/Debian/12"), std::string::npos) << played.out;
    EXPECT_EQ(stage.host.changes(), 0U);
    EXPECT_TRUE(apt.tried.empty());
}

TEST_F(NamedRepository, IsNothingToAPersonWhoDoesNotInstallPackages)
{
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_EQ(stage.host.changes(), 0U);
}

TEST_F(NamedRepository, ThatDoesNotDoEndsTheJoinAndIsNotAdded)
{
    for (const auto& [said, told] :
         {std::pair{"W: GPG error: https://mirror InRelease: The following signatures couldn't be verified because the "
                    "public key is not available: NO_PUBKEY AA\nE: Failed to fetch https://mirror\n",
                    "it is not signed by BE1CF268DA8DA9D2DE2DA472AA9813D0163EEB41"},
          std::pair{"E: The repository 'https://mirror stable Release' does not have a Release file.\n",
                    "name one that serves this distribution"},
          std::pair{"E: Failed to fetch https://mirror/InRelease  Could not connect to mirror:443\n",
                    "see why it does not answer"}}) {
        apt.trial = {100, "", said};
        const auto played = install();
        EXPECT_EQ(played.exit, Exit::failed);
        EXPECT_NE(played.err.find("cannot use the repository https://mirror.example.com/7.4/Debian/12"),
                  std::string::npos)
            << played.err;
        EXPECT_NE(played.err.find(told), std::string::npos) << played.err;
        EXPECT_TRUE(nothing_is_added());
        EXPECT_FALSE(enroll_was_asked());
    }
    apt.trial = {};
    EXPECT_EQ(install().exit, Exit::ok);
}

TEST_F(NamedRepository, IsNotAddedWhereNobodyKnowsWhatTheMachinesOwnOffer)
{
    apt.update = {100, "", "E: Failed to fetch https://own.example.com/InRelease  Could not connect\n"};
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("their lists are not up to date: Failed to fetch https://own.example.com"),
              std::string::npos)
        << played.err;
    EXPECT_TRUE(apt.tried.empty());
    EXPECT_TRUE(nothing_is_added());
    apt.offers = apt.named;
    EXPECT_NE(install().exit, Exit::failed) << "what is known is enough";
}

TEST_F(NamedRepository, WithoutThePackagesIsNotAdded)
{
    apt.named = {{"opennebula-node-kvm", {"7.2.0-1"}}};
    const auto played = install();
    EXPECT_NE(played.err.find("the repository that it names (https://mirror.example.com/7.4/Debian/12) offers 7.2.0-1"),
              std::string::npos)
        << played.err;
    EXPECT_TRUE(nothing_is_added());
}

TEST_F(NamedRepository, IsRefusedWhereItWouldAddMoreThanItself)
{
    auto evil = repository();
    evil.apt += "\nTrusted: yes";
    name(evil);
    const auto played = install();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("cannot use the repository that the front-end names (packages_apt)"), std::string::npos)
        << played.err;
    EXPECT_TRUE(nothing_is_added());
    EXPECT_TRUE(apt.tried.empty());
}

TEST_F(NamedRepository, IsRefusedWhereItDoesNotKnowTheDistribution)
{
    stage.host.with_file("/etc/os-release", "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"21\"\n");
    const auto played = install();
    EXPECT_NE(played.err.find("is not known to serve linuxmint 21"), std::string::npos) << played.err;
    EXPECT_TRUE(nothing_is_added());
}

TEST_F(NamedRepository, IsNotAddedUnderRunningGuests)
{
    stage.host.with_process({.pid = 7, .argv = {"/usr/bin/qemu-system-x86_64", "-name", "guest=somebodys"}});
    const auto played = install();
    EXPECT_NE(played.err.find("opennebula-node-kvm would restart what the virtual machines hang on"), std::string::npos)
        << played.err;
    EXPECT_TRUE(nothing_is_added());
}

TEST_F(NamedRepository, IsInTheHistoryAlsoWhereTheInstallFailed)
{
    apt.result = {100, "", "E: broken\n"};
    ASSERT_EQ(install().exit, Exit::failed);
    apt.result = {};
    stage.host.without(sources);
    apt.simulation = {.out = "Remv old-tool [1.0]\n"};
    stage.host.with_program("rsync").with_program("jq").with_program("ruby");
    ASSERT_EQ(install().exit, Exit::failed) << "after the repository was added";
    const auto deeds = recall(stage.host, places::state_dir);
    ASSERT_TRUE(deeds);
    ASSERT_EQ(deeds->size(), 2U);
    for (const auto& deed : *deeds) {
        EXPECT_EQ(deed.kind, deeds::installed);
        EXPECT_EQ(deed.sentence,
                  "added the repository that the front-end names, and could not install what a node needs");
        EXPECT_FALSE(deed.changes.empty());
    }
}

TEST_F(NamedRepository, StaysForTheNextJoinWhereTheInstallFailed)
{
    apt.result = {100, "", "E: broken\n"};
    ASSERT_EQ(install().exit, Exit::failed);
    EXPECT_TRUE(stage.host.stat(sources)) << "it is good: the next join goes on with it";
    apt.result = {};
    EXPECT_EQ(install().exit, Exit::ok);
    ASSERT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_TRUE(nothing_is_added());
}

constexpr std::array of_version{&checks::remotes_version};

class UpgradedFrontEnd : public NamedRepository {
protected:
    void SetUp() override
    {
        stage.host.answering({"dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Version}\n"}, [this](const Command&) {
            return Result<CommandOutput>{CommandOutput{.out = "ii " + here}};
        });
    }
    void upgrade()
    {
        auto member = **load_membership(stage.host);
        member.desired.opennebula = "7.6.0";
        member.desired.repository.apt = "https://mirror.example.com/7.6/{distribution}/{version}";
        ASSERT_TRUE(save_membership(stage.host, member));
        apt.requested.clear();
    }
    std::string here = "7.4.0-1";
    Names upgraded{"opennebula-node-kvm=7.6.0-1", "opennebula-rubygems=7.6.0-1", "opennebula-common=7.6.0-1"};
};

TEST_F(UpgradedFrontEnd, IsFollowedByARepeatedJoinWherePackagesWereInstalled)
{
    ASSERT_EQ(install().exit, Exit::ok);
    upgrade();
    apt.offers = std::exchange(apt.named, {});  // what a join added is no repository of the machine's own
    for (const auto& [name, versions] : apt.offers) {
        apt.named[name] = {"7.6.0-1"};
        apt.offers[name] = {"7.4.0-1"};
    }
    apt.when_installed = [this] { here = "7.6.0-1"; };
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::ok) << played.out << played.err;
    EXPECT_NE(played.out.find("host 12 of OpenNebula. OpenNebula's packages were upgraded."), std::string::npos)
        << played.out;
    EXPECT_EQ(apt.requested, upgraded);
    EXPECT_NE(stage.host.read(sources)->find("mirror.example.com/7.6/Debian/12"), std::string::npos);
    ASSERT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_TRUE(nothing_is_added());
}

TEST_F(UpgradedFrontEnd, IsNotFollowedWhereNobodyAskedForPackages)
{
    stage.host.with_program("rsync").with_program("jq").with_program("ruby").with_directory("/usr/share/one-node");
    apt.installed = {"opennebula-node-kvm", "opennebula-rubygems"};
    ASSERT_EQ(stage.join().exit, Exit::ok);
    upgrade();
    EXPECT_EQ(stage.join().exit, Exit::ok);
    EXPECT_TRUE(apt.requested.empty());
    EXPECT_TRUE(nothing_is_added());
    EXPECT_EQ(install().exit, Exit::ok) << "and is by who asks now";
    EXPECT_EQ(apt.requested, upgraded);
}

TEST_F(UpgradedFrontEnd, IsToldAsFollowedOnlyWhereAnotherVersionCame)
{
    ASSERT_EQ(install().exit, Exit::ok);
    upgrade();
    stage.output.json = true;
    EXPECT_NE(stage.join({.dry_run = true}).out.find(R"("outcome":"unchanged")"), std::string::npos);
    EXPECT_NE(stage.join().out.find(R"("outcome":"changed")"), std::string::npos) << "the repository is another one";
    EXPECT_NE(stage.join().out.find(R"("outcome":"unchanged")"), std::string::npos) << "the newest was here already";
    apt.when_installed = [this] { here = "7.6.0-1"; };
    const auto played = stage.join();
    EXPECT_NE(played.out.find(R"("outcome":"upgraded")"), std::string::npos) << played.out;
}

TEST_F(UpgradedFrontEnd, WaitsForTheGuestsToBeGone)
{
    ASSERT_EQ(install().exit, Exit::ok);
    upgrade();
    stage.host.with_process({.pid = 7, .argv = {"/usr/bin/qemu-system-x86_64", "-name", "guest=one-12"}});
    const auto repeated = stage.join();
    EXPECT_EQ(repeated.exit, Exit::warnings) << repeated.err;
    EXPECT_NE(repeated.out.find("would restart what the virtual machines hang on"), std::string::npos) << repeated.out;
    EXPECT_EQ(install().exit, Exit::failed) << "which was asked for just that";
    EXPECT_TRUE(apt.requested.empty());
}

TEST_F(UpgradedFrontEnd, IsFollowedByDoctorsFix)
{
    stage.after_apply = of_version;
    ASSERT_EQ(install().exit, Exit::ok);
    upgrade();
    const auto told = stage.doctor();
    EXPECT_NE(told.out.find("[WARNING remotes-version]"), std::string::npos) << told.out << told.err;
    EXPECT_NE(told.out.find("onenode doctor --fix mends remotes-version"), std::string::npos) << told.out;
    apt.when_installed = [this] { here = "7.6.0-1"; };
    const auto mended = stage.doctor({.fix = true, .yes = true});
    EXPECT_NE(mended.out.find("remotes-version is mended"), std::string::npos) << mended.out << mended.err;
    EXPECT_EQ(apt.requested, upgraded);
}

TEST_F(UpgradedFrontEnd, ThatIsOfALowerVersionIsOnlyToldOf)
{
    stage.after_apply = of_version;
    ASSERT_EQ(install().exit, Exit::ok);
    apt.requested.clear();
    here = "7.6.0-1";
    const auto found = stage.doctor();
    EXPECT_NE(found.out.find("fix: upgrade the front-end to 7.6.0: packages here are not downgraded"),
              std::string::npos)
        << found.out << found.err;
    EXPECT_EQ(found.out.find("--fix mends"), std::string::npos) << found.out;
    const auto mended = stage.doctor({.fix = true, .yes = true});
    EXPECT_NE(mended.out.find("there is nothing here that --fix mends"), std::string::npos) << mended.out;
    EXPECT_NE(install().exit, Exit::failed);
    EXPECT_TRUE(apt.requested.empty());
}

TEST(JoinPackagesByDnf, AreNotDowngraded)
{
    FakeHost host;
    host.with_program("dnf").with_file("/etc/os-release", "ID=almalinux\nID_LIKE=\"rhel\"\nVERSION_ID=9\n");
    const auto upgraded_from = [&host](const std::string& here) {
        host.answering({"rpm"}, [here](const Command& command) {
            const bool of_all = command.argv.size() > 5;
            return Result<CommandOutput>{
                CommandOutput{.out = of_all ? "ii opennebula-node-kvm\nii opennebula-rubygems\n" : "ii " + here}};
        });
        return upgrade_for(host, {.desired = {.opennebula = "7.4.0"}}).names;
    };
    EXPECT_TRUE(upgraded_from("7.6.0-1.ce.el9").empty());
    EXPECT_FALSE(upgraded_from("7.2.0-1.ce.el9").empty());
}

TEST(JoinPackagesByDnf, AreInstalledInTheFrontEndsVersion)
{
    Stage stage;
    stage.preflight = checks_of_packages();
    std::string installed;
    stage.host.with_file("/etc/os-release", "ID=almalinux\nID_LIKE=\"rhel\"\nVERSION_ID=9\n")
        .with_program("dnf")
        .answering({"rpm"}, CommandOutput{.exit_code = 1, .out = "package ruby is not installed\n"})
        .answering({"dnf", "-q", "repoquery"}, CommandOutput{.out = "7.4.0-1.ce.el9\n"})
        .answering({"dnf", "install", "--assumeno"}, CommandOutput{.exit_code = 1, .out = "Operation aborted.\n"})
        .answering({"dnf", "install", "-y"}, [&](const Command& command) {
            installed = one::to_shell(command.argv);
            stage.host.with_program("ruby").with_program("jq").with_program("rsync");
            stage.host.with_directory("/usr/share/one-node");
            return Result<CommandOutput>{CommandOutput{}};
        });
    const auto played = stage.join({.install_packages = true});
    EXPECT_EQ(played.exit, Exit::ok) << played.out << played.err;
    EXPECT_NE(installed.find(" rsync jq ruby opennebula-node-kvm-7.4.0-1.ce.el9 "), std::string::npos) << installed;
}

TEST(JoinPackagesByDnf, ComeFromTheRepositoryThatTheFrontEndNames)
{
    Stage stage;
    stage.preflight = checks_of_packages();
    stage.front_end.with([](FakeCloud& cloud) { cloud.desired.repository = repository(); });
    std::vector<std::string> ran;
    std::string tried;
    stage.host.with_file("/etc/os-release", "ID=\"almalinux\"\nID_LIKE=\"rhel\"\nVERSION_ID=\"10.1\"\n")
        .with_directory("/etc/yum.repos.d")
        .with_directory("/etc/pki")
        .with_program("dnf")
        .with_program("rsync")
        .with_program("jq")
        .with_program("ruby")
        .answering({"rpm"}, CommandOutput{.exit_code = 1})
        .answering({"dnf", "-q", "repoquery"}, CommandOutput{})
        .answering({"dnf", "repoquery", "-y", "--setopt=reposdir=/run/onenode"}, CommandOutput{.out = "7.4.0-1.el10\n"})
        .answering({"dnf", "makecache", "-y", "--setopt=reposdir=/run/onenode"},
                   [&](const Command& command) {
                       tried = *stage.host.read("/run/onenode/onenode-opennebula.repo");
                       ran.push_back(one::to_shell(command.argv));
                       return Result<CommandOutput>{CommandOutput{}};
                   })
        .answering({"dnf", "install", "--assumeno"}, CommandOutput{.exit_code = 1, .out = "Operation aborted.\n"})
        .answering({"dnf", "install", "-y"}, [&](const Command& command) {
            ran.push_back(one::to_shell(command.argv));
            stage.host.with_directory("/usr/share/one-node");
            return Result<CommandOutput>{CommandOutput{}};
        });
    const auto played = stage.join({.install_packages = true});
    EXPECT_EQ(played.exit, Exit::ok) << played.out << played.err;
    expect_golden("onenode-opennebula.repo", *stage.host.read("/etc/yum.repos.d/onenode-opennebula.repo"));
    EXPECT_NE(tried.find("gpgkey=file:///run/onenode/onenode-opennebula.asc\n"), std::string::npos) << tried;
    EXPECT_EQ(*stage.host.read("/etc/pki/rpm-gpg/RPM-GPG-KEY-onenode-opennebula"), one::test::signing_key);
    EXPECT_NE(ran.front().find("makecache"), std::string::npos) << ran.front();
    EXPECT_NE(ran.back().find("opennebula-node-kvm-7.4.0-1.el10"), std::string::npos) << ran.back();
    ASSERT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_FALSE(stage.host.stat("/etc/yum.repos.d/onenode-opennebula.repo"));
}

}  // namespace
}  // namespace onenode::cli
