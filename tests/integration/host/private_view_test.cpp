// What a rehearsal may do to a machine: nothing, while it sees what is there. On mounts of this program's namespace.
#include "nodeagent/probe/private_view.hpp"

#include "nodeagent/probe/in_child.hpp"

#include <fmt/format.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace onenode::probe {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string text_of(const std::string& path)
{
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

bool write_to(const std::string& path)
{
    std::ofstream file{path, std::ios::app};
    return file << "more" && file.flush();
}

class PrivateView : public testing::Test {
protected:
    void SetUp() override
    {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        ASSERT_EQ(::mount("onenode", "/var/tmp", "tmpfs", 0, "mode=1777"), 0) << std::strerror(errno);
        mounted = true;
        fs::create_directories("/var/tmp/one/im");
        std::ofstream{"/var/tmp/one/im/states.db"} << "states";
    }

    void TearDown() override
    {
        if (mounted) ::umount2("/var/tmp", MNT_DETACH);
    }

    // Of a child that is in the view.
    static std::string seen(const std::function<std::string()>& look)
    {
        ChildQuestion child{[&look] {
            const auto entered = enter_private_view();
            return entered ? look() : "cannot enter: " + one::to_line(entered.error());
        }};
        const auto answer = child.answer(std::chrono::steady_clock::now() + 30s);
        return answer ? *answer : one::to_line(answer.error());
    }

    bool mounted = false;
};

TEST_F(PrivateView, HoldsCopiesOfWhatProbesWrite)
{
    const auto saw = seen([] {
        const auto before = text_of("/var/tmp/one/im/states.db");
        return before + (write_to("/var/tmp/one/im/states.db") ? " written" : " refused");
    });
    EXPECT_EQ(saw, "states written");
    EXPECT_EQ(text_of("/var/tmp/one/im/states.db"), "states");
}

TEST_F(PrivateView, LetsNewFilesVanish)
{
    const std::string name = fmt::format("/tmp/onenode-view-{}", ::getpid());
    EXPECT_EQ(seen([&name] { return fmt::format("{} {}", write_to(name), write_to("/var/tmp/one/new")); }),
              "true true");
    EXPECT_FALSE(fs::exists(name));
    EXPECT_FALSE(fs::exists("/var/tmp/one/new"));
}

TEST_F(PrivateView, HasDisksThatCannotBeWritten)
{
    EXPECT_EQ(seen([] {
                  const int file = ::open("/etc/onenode-view", O_CREAT | O_WRONLY, 0600);
                  return std::string{file >= 0 ? "written" : errno == EROFS ? "read-only" : std::strerror(errno)};
              }),
              "read-only");
    EXPECT_EQ(::access("/etc", W_OK), 0) << "only there";
}

// As NFS and Ceph, it stands in the table without a device.
TEST_F(PrivateView, HasNoOtherStorageThatCanBeWritten)
{
    fs::create_directories("/var/lib/onenode-view");
    ASSERT_EQ(::mount("server:/export", "/var/lib/onenode-view", "ramfs", MS_NOEXEC, nullptr), 0)
        << std::strerror(errno);
    const auto saw = seen([] {
        const int file = ::open("/var/lib/onenode-view/x", O_CREAT | O_WRONLY, 0600);
        return std::string{file >= 0 ? "written" : errno == EROFS ? "read-only" : std::strerror(errno)};
    });
    ::umount2("/var/lib/onenode-view", MNT_DETACH);
    fs::remove("/var/lib/onenode-view");
    EXPECT_EQ(saw, "read-only");
}

TEST_F(PrivateView, MayLackWhatWasNeverThere)
{
    fs::remove_all("/var/tmp/one");
    EXPECT_EQ(seen([] { return std::string{fs::is_empty("/var/tmp") ? "empty" : "not empty"}; }), "empty");
}

TEST_F(PrivateView, KeepsThatNothingThereMayBeExecuted)
{
    ASSERT_EQ(::mount(nullptr, "/var/tmp", nullptr, MS_REMOUNT | MS_BIND | MS_NOEXEC, nullptr), 0);
    std::ofstream{"/var/tmp/one/probe"} << "#!/bin/sh\n";
    fs::permissions("/var/tmp/one/probe", fs::perms::all);
    EXPECT_EQ(seen([] { return std::to_string(::access("/var/tmp/one/probe", X_OK)); }), "-1");
}

TEST_F(PrivateView, IsRefusedToWhoMayNotMount)
{
    EXPECT_TRUE(seen([] {
                    ChildQuestion inner{[] {
                        if (::setuid(65534) != 0) return std::string{"cannot become nobody"};
                        const auto entered = enter_private_view();
                        return entered ? std::string{"entered"} : one::to_line(entered.error());
                    }};
                    return inner.answer(std::chrono::steady_clock::now() + 10s).value_or("no answer");
                }).starts_with("cannot make a mount namespace"));
}

}  // namespace
}  // namespace onenode::probe
