// The same traps, sprung in the moment between root's look and root's act: another process, as oneadmin, exchanges what
// stands at the name as fast as it can, while root works there.
#include "nodeagent/host/rights.hpp"
#include "tests/integration/host/scratch.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

namespace onenode {
namespace {

constexpr int rounds = 200;
constexpr const char* ssh = "/var/lib/one/.ssh";
constexpr const char* keys = "/var/lib/one/.ssh/authorized_keys";
constexpr std::string_view secret = "root:$y$secret:19000::::::\n";

class Race : public OnScratch {
protected:
    void SetUp() override
    {
        OnScratch::SetUp();
        if (IsSkipped()) return;
        directory("/etc/private", 0, 0700);
        file("/etc/private/authorized_keys", secret, 0, 0600);
        directory(ssh, oneadmin, 0700);
        file(keys, "mine\n", oneadmin, 0600);
        before_ = outside();
    }
    ~Race() override
    {
        if (attacker_ <= 0) return;
        ::kill(attacker_, SIGKILL);
        ::waitpid(attacker_, nullptr, 0);
    }

    // A process of oneadmin's own that does nothing else until the test ends.
    void attack(const std::function<void()>& turn)
    {
        attacker_ = ::fork();
        ASSERT_GE(attacker_, 0);
        if (attacker_ != 0) return;
        if (::setgroups(0, nullptr) != 0 || ::setresgid(oneadmin, oneadmin, oneadmin) != 0 ||
            ::setresuid(oneadmin, oneadmin, oneadmin) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
            ::_exit(1);
        for (;;)
            turn();
    }
    void attack_by_exchange(std::string_view one, std::string_view other)
    {
        attack([one = at(one), other = at(other)] {
            ::syscall(SYS_renameat2, AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
        });
    }

    [[nodiscard]] std::string outside() const
    {
        std::string all;
        for (const auto* path : {"/etc", "/etc/private", "/etc/private/authorized_keys", "/etc/shadow"}) {
            struct stat info {};
            EXPECT_EQ(::lstat(at(path).c_str(), &info), 0) << path;
            all += std::to_string(info.st_mode) + ' ' + std::to_string(info.st_uid) + ' ' +
                   std::to_string(info.st_gid) + ' ' + std::to_string(info.st_size) + '\n';
        }
        all += text("/etc/private/authorized_keys") + text("/etc/shadow");
        for (const auto& name : names_in("/etc/private"))
            all += name + '\n';
        return all;
    }

    void root_works(const std::string& path = keys)
    {
        for (int round = 0; round < rounds; ++round) {
            (void)host_.write({.path = path, .text = "key\n", .mode = 0600, .owner = "oneadmin"});
            (void)host_.write({.path = path, .text = "key\n", .mode = 0644});
            (void)host_.append(path, "more\n");
            (void)host_.set_attributes(path, 0666, "oneadmin", "oneadmin");
            (void)host_.make_directory({.path = ssh, .mode = 0700, .owner = "oneadmin"});
            const auto read = host_.read(path);
            ASSERT_TRUE(!read || read->find("$y$") == std::string::npos);
            ASSERT_EQ(outside(), before_) << "in round " << round;
        }
    }

    std::string before_{};
    pid_t attacker_ = 0;
};

TEST_F(Race, WithALinkInPlaceOfTheFile)
{
    link("/var/lib/one/.ssh/trap", "../../../../etc/private/authorized_keys", oneadmin);
    attack_by_exchange(keys, "/var/lib/one/.ssh/trap");
    root_works();
}

TEST_F(Race, WithALinkInPlaceOfTheDirectory)
{
    link("/var/lib/one/trap", "../../../etc/private", oneadmin);
    attack_by_exchange(ssh, "/var/lib/one/trap");
    root_works();
}

TEST_F(Race, WithALinkInPlaceOfTheTemporaryFile)
{
    const auto temporary = at("/var/lib/one/.ssh/" + leftover_name("authorized_keys"));
    attack([temporary, target = at("/etc/private/authorized_keys")] {
        ::unlink(temporary.c_str());
        (void)!::symlink(target.c_str(), temporary.c_str());
    });
    root_works();
}

TEST_F(Race, WithASecondNameOfAFileOfRoots)
{
    attack([name = at(keys), target = at("/etc/shadow")] {
        ::unlink(name.c_str());
        (void)!::link(target.c_str(), name.c_str());  // where fs.protected_hardlinks is 0
    });
    root_works();
}

TEST_F(Race, WithADirectoryWhileItIsRemoved)
{
    link("/var/lib/one/trap", "../../../etc/private", oneadmin);
    attack_by_exchange(ssh, "/var/lib/one/trap");
    for (int round = 0; round < rounds; ++round) {
        (void)host_.remove(keys);
        (void)host_.remove_tree(std::string{ssh} + "/inner");
        ASSERT_EQ(outside(), before_) << "in round " << round;
    }
}

struct stat file_of(uid_t uid, nlink_t names, mode_t kind = S_IFREG)
{
    struct stat info {};
    info.st_uid = uid;
    info.st_nlink = names;
    info.st_mode = kind;
    return info;
}

TEST(MayBePlanted, WhatIsNotTheDirectorysOwners)
{
    const auto roots = file_of(0, 2, S_IFDIR);
    const auto oneadmins = file_of(oneadmin, 2, S_IFDIR);
    EXPECT_TRUE(may_be_planted(oneadmins, file_of(0, 2), true)) << "a second name";
    EXPECT_TRUE(may_be_planted(oneadmins, file_of(0, 1), false)) << "the second name may have gone a moment ago";
    EXPECT_FALSE(may_be_planted(oneadmins, file_of(0, 1), true)) << "root put it there";
    EXPECT_FALSE(may_be_planted(oneadmins, file_of(oneadmin, 2), false)) << "its own";
    EXPECT_FALSE(may_be_planted(oneadmins, file_of(0, 2, S_IFDIR), false)) << "directories have no second names";
    EXPECT_FALSE(may_be_planted(roots, file_of(0, 2), false)) << "only root makes names there";
}

TEST(ModeToGive, OpensNoWayToRunAsSomebodyElse)
{
    const auto roots = file_of(0, 2, S_IFDIR);
    const auto oneadmins = file_of(oneadmin, 2, S_IFDIR);
    EXPECT_EQ(mode_to_give(04755, oneadmins, 0), 0755U);
    EXPECT_EQ(mode_to_give(02755, oneadmins, 0), 0755U);
    EXPECT_EQ(mode_to_give(01777, oneadmins, 0), 01777U);
    EXPECT_EQ(mode_to_give(04755, oneadmins, oneadmin), 04755U);
    EXPECT_EQ(mode_to_give(04755, roots, 0), 04755U);
}

}  // namespace
}  // namespace onenode
