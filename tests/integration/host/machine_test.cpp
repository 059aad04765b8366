// Looking at the machine that the tests run on: programs, processes, names, file systems.
#include "tests/integration/host/scratch.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace onenode {
namespace {

using Machine = OnScratch;

TEST_F(Machine, FindsProgramsWhereALoginOfThatKindDoes)
{
    directory("/usr/bin");
    directory("/usr/sbin");
    directory("/etc/alternatives");
    file("/usr/bin/mawk", "", 0, 0755);
    link("/etc/alternatives/awk", "/usr/bin/mawk");
    link("/usr/bin/awk", "/etc/alternatives/awk");
    file("/usr/bin/text", "", 0, 0644);
    file("/usr/sbin/lspci", "", 0, 0755);
    EXPECT_EQ(host_.find_program("awk"), "/usr/bin/awk");
    EXPECT_EQ(host_.find_program("text"), std::nullopt);
    EXPECT_EQ(host_.find_program("lspci"), "/usr/sbin/lspci");
    EXPECT_EQ(host_.find_program("lspci", Login::oneadmin), std::nullopt);
    file("/etc/environment", "PATH=\"/usr/sbin:/usr/bin\"\n");
    EXPECT_EQ(host_.find_program("lspci", Login::oneadmin), "/usr/sbin/lspci");
}

TEST_F(Machine, RunsCommandsBelowItsRoot)
{
    const Command plain{.argv = {"visudo", "-cf", "/x"}};
    EXPECT_EQ(below_root(plain, "").argv, plain.argv);
    EXPECT_EQ(below_root(plain, "/r").argv, (std::vector<std::string>{"chroot", "/r", "visudo", "-cf", "/x"}));
    EXPECT_EQ(below_root({.argv = {"useradd", "x"}}, "/r").argv,
              (std::vector<std::string>{"useradd", "--root", "/r", "x"}));
    const auto as_user = below_root({.argv = {"id"}, .user = "oneadmin"}, "/r");
    EXPECT_EQ(as_user.argv, (std::vector<std::string>{"chroot", "--userspec=oneadmin", "/r", "id"}));
    EXPECT_EQ(as_user.user, "");
}

TEST_F(Machine, ListsItsOwnProcess)
{
    const auto processes = RealHost{}.processes();
    ASSERT_TRUE(processes);
    const auto self = std::ranges::find(*processes, ::getpid(), &Process::pid);
    ASSERT_NE(self, processes->end());
    EXPECT_EQ(self->uid, ::getuid());
    EXPECT_NE(self->argv.at(0).find("integration_host"), std::string::npos);
    EXPECT_EQ(host_.processes()->size(), 0U) << "an image runs nothing";
}

// Asked for groups, libc reads a file of that service: here one that never answers.
TEST_F(Machine, RunsCommandsAsAnAccountAlsoWhereADirectoryServiceDoesNotAnswer)
{
    if (!std::filesystem::exists("/lib/x86_64-linux-gnu/libnss_hesiod.so.2"))
        GTEST_SKIP() << "no directory service to stage";
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(30);
        const auto passwd = RealHost{}.read("/etc/passwd");
        if (!passwd || ::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("onenode", "/etc", "tmpfs", 0, nullptr) != 0)
            ::_exit(2);
        std::ofstream{"/etc/passwd"} << *passwd;
        std::ofstream{"/etc/group"} << "kvm:x:4242:nobody\n";
        std::ofstream{"/etc/nsswitch.conf"} << "passwd: files\ngroup: files hesiod\n";
        if (::mkfifo("/etc/hesiod.conf", 0600) != 0) ::_exit(3);
        const auto done = RealHost{}.look({.argv = {"sh", "-c", "cat /proc/self/status"}, .user = "nobody"});
        ::_exit(!done ? 4 : done->out.find("4242") == std::string::npos ? 5 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0) << "14: it hung";
}

TEST_F(Machine, ResolvesNamesWithALimit)
{
    const auto addresses = RealHost{}.resolve("localhost");
    ASSERT_TRUE(addresses) << told(addresses.error());
    EXPECT_TRUE(std::ranges::any_of(*addresses, [](const auto& one) { return one == "127.0.0.1" || one == "::1"; }));
    const auto unknown = RealHost{}.resolve("no-such-name.invalid");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().doing, "resolve");
}

TEST_F(Machine, TakesNoNameForAnOptionOfItsResolver)
{
    for (const auto* name : {"--help", "--service=files", "-s"}) {
        const auto addresses = RealHost{}.resolve(name);
        ASSERT_FALSE(addresses) << name << ": " << addresses->front();
        EXPECT_EQ(addresses.error().kind, ErrorKind::not_found) << told(addresses.error());
    }
}

TEST_F(Machine, KnowsWhatAFileLiesOn)
{
    mount_memory("/mnt", "64k,noexec");
    const auto there = host_.file_system("/mnt/not/yet/made");
    ASSERT_TRUE(there) << told(there.error());
    EXPECT_EQ(there->type, "tmpfs");
    EXPECT_TRUE(there->no_exec);
    EXPECT_TRUE(there->no_suid);
    EXPECT_FALSE(there->read_only);
    EXPECT_LE(there->free_bytes, 65536U);
    EXPECT_FALSE(host_.file_system("/etc")->no_exec);
}

TEST_F(Machine, HasNoLoopbackOrInnerAddresses)
{
    for (const auto& address : RealHost{}.addresses()) {
        EXPECT_FALSE(address.starts_with("127.")) << address;
        EXPECT_FALSE(address.starts_with("169.254.")) << address;
        EXPECT_FALSE(address.starts_with("fe80")) << address;
        EXPECT_NE(address, "::1");
    }
}

TEST_F(Machine, ListsADirectoryInOrder)
{
    EXPECT_EQ(host_.list("/etc").value_or(std::vector<std::string>{}),
              (std::vector<std::string>{"group", "passwd", "shadow"}));
    EXPECT_EQ(host_.list("/nowhere").error().kind, ErrorKind::not_found);
}

TEST_F(Machine, MakesAndReplacesLinks)
{
    ASSERT_TRUE(host_.make_link("/etc/l", "one"));
    ASSERT_TRUE(host_.make_link("/etc/l", "two"));
    EXPECT_EQ(host_.read_link("/etc/l").value_or("?"), "two");
    ASSERT_TRUE(host_.remove("/etc/l"));
    EXPECT_EQ(names_in("/etc"), (std::vector<std::string>{"group", "passwd", "shadow"}));
}

TEST_F(Machine, RefusesToSignalTheWrongOnes)
{
    for (const int pid : {-1, 0, 1})
        EXPECT_FALSE(host_.signal(pid, 0)) << pid;
}

}  // namespace
}  // namespace onenode
