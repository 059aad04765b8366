// Accounts below a root: read from its files, changed by shadow's own tools.
#include "tests/integration/host/scratch.hpp"

#include "common/shortage.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <tuple>

namespace onenode {
namespace {

using Accounts = OnScratch;

TEST_F(Accounts, AreReadFromTheMachinesOwnFiles)
{
    const auto user = host_.user("oneadmin");
    ASSERT_TRUE(user) << told(user.error());
    EXPECT_EQ(*user, (User{.name = "oneadmin",
                           .uid = oneadmin,
                           .gid = oneadmin,
                           .home = "/var/lib/one",
                           .shell = "/bin/bash",
                           .groups = {oneadmin, 105},
                           .password_field = "!"}));
    EXPECT_EQ(host_.user_by_id(0)->name, "root");
    EXPECT_EQ(host_.group("libvirt")->members, std::vector<std::string>{"oneadmin"});
    EXPECT_EQ(host_.group_by_id(105)->name, "libvirt");
    EXPECT_EQ(host_.user("nobody").error().kind, ErrorKind::not_found);
}

TEST_F(Accounts, TellTheClassOfAPasswordAndNeverThePassword)
{
    file("/etc/shadow", "root:$y$j9T$secret:19000::::::\noneadmin:*:19000::::::\n", 0, 0600);
    EXPECT_EQ(host_.user("root")->password_field, "x");
    EXPECT_EQ(host_.user("oneadmin")->password_field, "*");
    file("/etc/passwd", "root::0:0:root:/root:\n");
    file("/etc/shadow", "", 0, 0600);
    EXPECT_EQ(host_.user("root")->password_field, "");
    EXPECT_EQ(host_.user("root")->shell, "/bin/sh");
}

// For as long as it lives, no file can be opened.
class NoDescriptors {
public:
    NoDescriptors()
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

private:
    rlimit before_{};
};

TEST_F(Accounts, ProgramsAndAddressesAreNotAbsentWhereNobodyCouldLook)
{
    const NoDescriptors lacking;
    EXPECT_TRUE(one::is_shortage(host_.user("oneadmin").error()));
    EXPECT_TRUE(one::is_shortage(host_.group("libvirt").error()));
    EXPECT_TRUE(one::is_shortage(host_.stat("/etc/passwd").error()));
    EXPECT_THROW(std::ignore = host_.find_program("true"), one::Shortage);
    EXPECT_THROW(std::ignore = host_.addresses(), one::Shortage);
}

TEST_F(Accounts, SkipLinesThatAreBroken)
{
    file("/etc/passwd", "\n:::\nhalf:x:1\nbad:x:one:1::/:/bin/sh\n+::::::\nroot:x:0:0::/root:/bin/sh\n");
    file("/etc/group", "x\ngroup:x:9\nlibvirt:x:105:,,oneadmin,\n");
    EXPECT_TRUE(host_.user("root"));
    EXPECT_FALSE(host_.user("bad"));
    EXPECT_EQ(host_.group("libvirt")->members, std::vector<std::string>{"oneadmin"});
}

TEST_F(Accounts, AreMadeAndRemovedBelowTheRootAlone)
{
    if (::access("/usr/sbin/useradd", X_OK) != 0) GTEST_SKIP() << "no useradd here";
    file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
    file("/etc/group", "root:x:0:\nlibvirt:x:105:\n");
    file("/etc/shadow", "root:*:19000::::::\n", 0, 0600);
    file("/etc/gshadow", "root:*::\nlibvirt:!::\n", 0, 0600);
    const auto run = [this](std::vector<std::string> argv) {
        const auto output = host_.run({.argv = std::move(argv), .limit = std::chrono::seconds{20}});
        ASSERT_TRUE(output) << told(output.error());
        EXPECT_EQ(output->exit_code, 0) << output->err;
    };
    run({"groupadd", "--system", "--gid", "9869", "oneadmin"});
    run({"useradd", "--system", "--no-create-home", "--uid", "9869", "--gid", "9869", "--home-dir", "/var/lib/one",
         "--shell", "/bin/bash", "--password", "*", "oneadmin"});
    run({"usermod", "-aG", "libvirt", "oneadmin"});
    const auto user = host_.user("oneadmin");
    ASSERT_TRUE(user);
    EXPECT_EQ(user->groups, (std::vector<std::uint32_t>{9869, 105}));
    EXPECT_EQ(user->password_field, "*");
    run({"usermod", "--shell", "/bin/sh", "oneadmin"});
    EXPECT_EQ(host_.user("oneadmin")->shell, "/bin/sh");
    run({"gpasswd", "--delete", "oneadmin", "libvirt"});
    EXPECT_EQ(host_.user("oneadmin")->groups, (std::vector<std::uint32_t>{9869}));
    run({"userdel", "oneadmin"});
    EXPECT_FALSE(host_.user("oneadmin"));
}

}  // namespace
}  // namespace onenode
