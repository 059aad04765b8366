// The package managers' words, and what is run: on a machine in memory, with apt-get and dnf that only talk.
#include "nodeagent/core/package_output.hpp"
#include "nodeagent/core/runner.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onenode::packages {
namespace {

using Names = std::vector<std::string>;

const InstallPackages by_apt{.tool = apt, .packages = {"ruby", "opennebula-node-kvm=7.4.0-1"}, .why = "needed"};
const InstallPackages by_dnf{.tool = dnf, .packages = {"ruby", "opennebula-node-kvm=7.4.0-1"}, .why = "needed"};

FakeHost debian()
{
    FakeHost host;
    host.with_directory("/var/lib/dpkg").with_program("apt-get");
    return host;
}

Error complaint(const std::string& err, const std::string& out = {}, const InstallPackages& change = by_apt)
{
    return complaint_about(change, {.exit_code = 100, .out = out, .err = err});
}

TEST(PackageTool, IsTheOneOfThisMachine)
{
    EXPECT_EQ(tool_of(debian()), "apt-get");
    EXPECT_EQ(tool_of(FakeHost{}.with_program("dnf")), "dnf");
    EXPECT_EQ(tool_of(FakeHost{}.with_program("apt-get").with_program("dnf")), "dnf");  // without a database of dpkg's
    EXPECT_EQ(tool_of(FakeHost{}), std::nullopt);
}

TEST(PackageVersions, AreReadOfBothTools)
{
    auto host = debian();
    host.answering({"apt-cache", "madison"},
                   CommandOutput{.out = "opennebula-node-kvm | 7.4.1-1 | https://x stable/ Packages\n"
                                        "opennebula-node-kvm |   7.4.0-1 | https://x stable/ Packages\n"
                                        "opennebula-node-kvm | 7.4.0-1 | https://y stable/ Packages\nN: noise\n"});
    EXPECT_EQ(*offered(host, apt, "opennebula-node-kvm"), (Names{"7.4.1-1", "7.4.0-1"}));
    host.answering({"dnf", "-q", "repoquery"}, CommandOutput{.out = "7.4.0-1\n\n7.4.1-1\n"});
    EXPECT_EQ(*offered(host, dnf, "opennebula-node-kvm"), (Names{"7.4.0-1", "7.4.1-1"}));
    EXPECT_EQ(versions_of_madison("nothing | here"), Names{});
}

TEST(PackageVersions, AreNotTakenForNoneWhereTheListsCannotBeHad)
{
    auto host = debian();
    host.answering(
            {"dnf", "-q", "repoquery"},
            CommandOutput{1, "", "Error: Failed to download metadata for repo 'own': Cannot download repomd.xml\n"})
        .answering({"apt-cache", "madison"}, CommandOutput{100, "", "E: The list of sources could not be read.\n"});
    const auto of_dnf = offered(host, dnf, "opennebula-node-kvm");
    ASSERT_FALSE(of_dnf);
    EXPECT_EQ(of_dnf.error().kind, ErrorKind::unreachable);
    EXPECT_EQ(one::to_line(of_dnf.error()),
              "cannot look for the package opennebula-node-kvm: Failed to download metadata "
              "for repo 'own': Cannot download repomd.xml");
    EXPECT_FALSE(offered(host, apt, "opennebula-node-kvm"));
    const Source source{.tool = dnf, .address = "https://mirror.example.com/"};
    host.answering({"dnf", "repoquery"}, CommandOutput{1, "", "Error: Failed to download metadata for repo 'x'\n"});
    const auto of_source = offered_by(host, source, "/run/onenode", "opennebula-node-kvm");
    ASSERT_FALSE(of_source);
    EXPECT_EQ(of_source.error().thing, source.address);
}

TEST(PackageVersions, AreAskedForWithoutLeavingACache)
{
    auto host = debian();
    (void)offered(host, apt, "ruby");
    (void)effects_of(host, by_apt);
    for (const auto& command : host.looked())
        EXPECT_NE(std::ranges::find(command.argv, "Dir::Cache::pkgcache="), command.argv.end()) << command.argv.front();
}

TEST(PackageVersions, AreNewerOrOlderByTheirNumbersWithBothTools)
{
    auto deb = debian();
    auto rpm = FakeHost{}.with_program("dnf");
    const auto is_newer = [&](const std::string& here, const std::string& there) {
        deb.answering({"dpkg-query"}, CommandOutput{.out = "ii  1:" + here + "-1"});
        rpm.answering({"rpm"}, CommandOutput{.out = "ii " + here + "-1.ce.el9"});
        const auto of_deb = other_version(deb, there);
        const auto of_rpm = other_version(rpm, there);
        EXPECT_TRUE(of_deb && of_rpm && of_deb->newer_here == of_rpm->newer_here) << here << ' ' << there;
        return of_deb && of_deb->newer_here;
    };
    EXPECT_TRUE(is_newer("7.6.0", "7.4.0"));
    EXPECT_TRUE(is_newer("7.10.0", "7.4.3"));
    EXPECT_TRUE(is_newer("7.4.1", "7.4.0"));
    EXPECT_FALSE(is_newer("7.4.0", "7.10.0"));
    EXPECT_FALSE(is_newer("6.10.0.1", "7.0.0"));
    EXPECT_FALSE(is_newer("7.4.0", "7.4.1"));
}

TEST(PackageEffects, AreReadOfAptsSimulation)
{
    const auto effects = effects_in_simulation("Reading package lists...\n"
                                               "Remv old-tool [1.0]\n"
                                               "Inst libvirt0 [9.0.0-4] (9.0.0-5 Debian:12 [amd64]) []\n"
                                               "Inst ruby (1:3.1 Debian:12 [amd64])\n"
                                               "Conf libvirt0 (9.0.0-5 Debian:12 [amd64])\n");
    EXPECT_EQ(effects, (Effects{.upgraded = {"libvirt0"}, .removed = {"old-tool"}}));
    EXPECT_EQ(effects_in_simulation("The following packages will be DOWNGRADED:\n  opennebula-common other\n  third\n"
                                    "0 upgraded, 0 newly installed, 3 downgraded, 0 to remove\n  nothing\n")
                  .downgraded,
              (Names{"opennebula-common", "other", "third"}));
}

TEST(PackageEffects, AreReadOfDnfsTable)
{
    const auto effects = effects_in_table("Dependencies resolved.\n====\n Package  Arch  Version\n====\n"
                                          "Installing:\n ruby  x86_64  3.3  appstream  40 k\n"
                                          "Upgrading:\n libvirt-libs  x86_64  10.0  appstream  5 M\n"
                                          "   replacing libvirt-libs x86_64 9.0\n"
                                          "Downgrading:\n opennebula-common  noarch  7.4.0  opennebula  9 k\n"
                                          "Removing dependent packages:\n old-tool  x86_64  1.0  @base  1 k\n\n"
                                          "Transaction Summary\n====\nInstall  1 Package\n");
    EXPECT_EQ(effects,
              (Effects{.upgraded = {"libvirt-libs"}, .downgraded = {"opennebula-common"}, .removed = {"old-tool"}}));
}

TEST(PackageEffects, AreAnErrorWhereTheToolRefuses)
{
    auto host = debian();
    host.answering({"apt-get", "install"}, CommandOutput{100, "", "E: Unable to locate package ruby\n"})
        .answering({"dnf", "install"}, CommandOutput{1, " ruby x\nOperation aborted.\n", ""});
    EXPECT_EQ(effects_of(host, by_apt).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(effects_of(host, by_dnf));
}

TEST(PackageComplaint, TellsWhatToDo)
{
    const struct {
        const char* said;
        ErrorKind kind;
        const char* reason;
    } known[] = {
        {"W: x\nE: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (unattended-upgr)\n"
         "E: Unable to acquire the dpkg frontend lock\n",
         ErrorKind::busy,
         "Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (unattended-upgr)"},
        {"E: Unable to locate package ruby\n", ErrorKind::not_found, "Unable to locate package ruby"},
        {"E: Version '7.4.0-1' for 'opennebula-node-kvm' was not found\n", ErrorKind::not_found,
         "Version '7.4.0-1' for 'opennebula-node-kvm' was not found"},
        {"E: You don't have enough free space in /var/cache/apt/archives/.\n", ErrorKind::no_space,
         "You don't have enough free space in /var/cache/apt/archives/."},
        {"dpkg: error: x\n cannot copy: No space left on device\n", ErrorKind::no_space,
         "cannot copy: No space left on device"},
        {"E: Packages need to be removed but remove is disabled.\n", ErrorKind::conflict,
         "Packages need to be removed but remove is disabled."},
        {"E: Unmet dependencies. Try 'apt --fix-broken install'\n", ErrorKind::conflict,
         "Unmet dependencies. Try 'apt --fix-broken install'"},
        {"Error: Unable to find a match: ruby\n", ErrorKind::not_found, "Unable to find a match: ruby"},
        {"E: Failed to fetch http://x/ruby.deb  Temporary failure\n", ErrorKind::unreachable,
         "Failed to fetch http://x/ruby.deb  Temporary failure"},
        {"E: Something new\n", ErrorKind::internal, "Something new"},
        {"", ErrorKind::internal, "apt-get ended with 100"},
    };
    for (const auto& one : known) {
        const auto error = complaint(one.said);
        EXPECT_EQ(error.kind, one.kind) << one.said;
        EXPECT_EQ(error.reason, one.reason);
        EXPECT_FALSE(error.next.empty());
        EXPECT_EQ(error.thing, "the packages ruby, opennebula-node-kvm=7.4.0-1");
    }
    EXPECT_EQ(complaint("", "first\nlast words\n").reason, "last words");
}

TEST(PackageInstall, NeverAsksRestartsNothingAndRemovesNothing)
{
    auto host = debian();
    host.answering({"apt-get"}, CommandOutput{});
    ASSERT_TRUE(install(host, by_apt));
    const auto& command = host.looked().back();
    const auto has = [&command](std::string_view word) {
        return std::ranges::find(command.argv, word) != command.argv.end();
    };
    EXPECT_TRUE(has("-y") && has("--no-remove") && has("DPkg::Lock::Timeout=60"));
    EXPECT_TRUE(has("Dpkg::Options::=--force-confold"));
    EXPECT_TRUE(command.input.empty());
    using Variable = std::pair<std::string, std::string>;
    for (const auto& variable : {Variable{"DEBIAN_FRONTEND", "noninteractive"}, Variable{"NEEDRESTART_MODE", "l"}})
        EXPECT_NE(std::ranges::find(command.environment, variable), command.environment.end()) << variable.first;
}

TEST(PackageInstall, NamesAVersionAsEachToolDoes)
{
    EXPECT_TRUE(command_line(by_apt).ends_with(" ruby opennebula-node-kvm=7.4.0-1"));
    EXPECT_TRUE(command_line(by_dnf).ends_with(" ruby opennebula-node-kvm-7.4.0-1"));
}

TEST(PackageInstall, LetsDpkgFinishWhatAKilledOneBegan)
{
    auto host = debian();
    int finished = 0;
    host.answering({"apt-get"},
                   [&finished](const Command&) {
                       return Result<CommandOutput>{
                           finished > 0
                               ? CommandOutput{}
                               : CommandOutput{100, "", "E: dpkg was interrupted, you must manually run ...\n"}};
                   })
        .answering({"dpkg", "--configure", "-a"}, [&finished](const Command&) {
            ++finished;
            return Result<CommandOutput>{CommandOutput{}};
        });
    EXPECT_TRUE(install(host, by_apt));
    EXPECT_EQ(finished, 1);
}

// A machine whose dpkg knows these.
FakeHost with_installed(const Names& names)
{
    auto host = debian();
    host.answering({"dpkg-query"},
                   [names](const Command& command) {
                       CommandOutput output;
                       for (const auto& asked : command.argv)
                           if (std::ranges::find(names, asked) != names.end()) output.out += "ii  " + asked + "\n";
                       return Result<CommandOutput>{output};
                   })
        .answering({"apt-get"}, CommandOutput{});
    return host;
}

constexpr Step step{"packages", "what is needed is installed", {}, nullptr};

TEST(PackageUndo, NamesWhatCameWithTheJoinAndLetsItStay)
{
    auto host = with_installed({"opennebula-node-kvm"});
    auto journal = Journal::open(host, "/var/lib/onenode").value();
    ASSERT_TRUE(apply({.steps = {{&step, {by_apt}}}}, host, journal));
    EXPECT_EQ(std::get<BeforePackages>(journal.entries().at(0).before).present, Names{"opennebula-node-kvm=7.4.0-1"});

    auto later = with_installed({"opennebula-node-kvm", "ruby"});
    later.with_file("/var/lib/onenode/journal", *host.read("/var/lib/onenode/journal"));
    auto again = Journal::open(later, "/var/lib/onenode").value();
    const auto undone = undo(later, again);
    ASSERT_TRUE(undone) << one::to_text(undone.error());
    EXPECT_EQ(undone->kept, (std::vector<Kept>{{.thing = "package ruby",
                                                .reason = "installed for the join; to remove: apt-get remove ruby"}}));
}

TEST(PackageUndo, SaysNothingOfWhatWasNeverInstalledOrIsGone)
{
    auto host = with_installed({});
    auto journal = Journal::open(host, "/var/lib/onenode").value();
    ASSERT_TRUE(apply({.steps = {{&step, {by_apt}}}}, host, journal));
    const auto undone = undo(host, journal);
    ASSERT_TRUE(undone);
    EXPECT_TRUE(undone->kept.empty());
    EXPECT_TRUE(journal.entries().at(0).undone);
}

TEST(PackagePlan, ShowsTheCommand)
{
    const auto text = describe({.steps = {{&step, {by_apt}}}}, {});
    EXPECT_NE(text.find("install ruby, opennebula-node-kvm=7.4.0-1\n"), std::string::npos) << text;
    EXPECT_NE(text.find("runs apt-get install -y --no-remove"), std::string::npos) << text;
}

}  // namespace
}  // namespace onenode::packages
