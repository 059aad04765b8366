// What this program was started with, and what stands where configuration is expected, decide nothing: files get the
// modes that are asked for, bytes are bytes, and what is too large is named and left alone.
#include "tests/integration/host/scratch.hpp"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>

namespace onenode {
namespace {

class Umask : public OnScratch, public testing::WithParamInterface<mode_t> {
protected:
    void SetUp() override
    {
        OnScratch::SetUp();
        directory("/etc/d");
        before_ = ::umask(GetParam());
    }
    void TearDown() override { ::umask(before_); }
    mode_t before_ = 022;
};

TEST_P(Umask, ChangesNoMode)
{
    ASSERT_TRUE(host_.write({.path = "/etc/x", .text = "x", .mode = 0644}));
    ASSERT_TRUE(host_.write({.path = "/var/lib/one/x", .text = "x", .mode = 0600, .owner = "oneadmin"}));
    ASSERT_TRUE(host_.make_directory({.path = "/etc/dir", .mode = 0755}));
    ASSERT_TRUE(host_.make_directory({.path = "/var/lib/one/dir", .mode = 02770, .owner = "oneadmin"}));
    ASSERT_TRUE(host_.append("/etc/journal", "line\n"));
    ASSERT_TRUE(host_.append("/etc/journal", "line\n"));
    const auto lock = host_.lock("/etc/d/lock");
    ASSERT_TRUE(lock);
    EXPECT_EQ(host_.stat("/etc/x")->mode, 0644U);
    EXPECT_EQ(host_.stat("/var/lib/one/x")->mode, 0600U);
    EXPECT_EQ(host_.stat("/etc/dir")->mode, 0755U);
    EXPECT_EQ(host_.stat("/var/lib/one/dir")->mode, 02770U);
    EXPECT_EQ(host_.stat("/etc/journal")->mode, 0600U);
    EXPECT_EQ(host_.stat("/etc/d/lock")->mode, 0600U);
}

INSTANTIATE_TEST_SUITE_P(OfAnyKind, Umask, testing::Values(0U, 022U, 077U, 0777U));

using Contents = OnScratch;

TEST_F(Contents, MayBeAnyBytes)
{
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte)
        bytes += std::string(3, static_cast<char>(byte)) + "\r\n\n";
    file("/etc/binary", bytes);
    ASSERT_EQ(host_.read("/etc/binary").value_or(""), bytes);
    ASSERT_TRUE(host_.write({.path = "/etc/copy", .text = bytes}));
    EXPECT_EQ(text("/etc/copy"), bytes);
}

TEST_F(Contents, OfAHugeFileAreNeitherReadNorCut)
{
    constexpr off_t huge = 64 << 20;
    for (const auto* path : {"/etc/hosts", "/var/lib/one/authorized_keys"}) {
        file(path, "first line\n", 0, 0644);
        ASSERT_EQ(::truncate(at(path).c_str(), huge), 0);
        const auto read = host_.read(path);
        ASSERT_FALSE(read);
        EXPECT_EQ(one::to_line(read.error()), std::string{"cannot read "} + path + ": it is larger than 16 MiB");
        EXPECT_NE(read.error().next.find(path), std::string::npos);
        EXPECT_EQ(host_.stat(path)->size, static_cast<std::uint64_t>(huge));
    }
}

TEST_F(Contents, KeepTheMarksThatPeoplePutOnAFile)
{
    file("/etc/hosts", "old");
    if (::setxattr(at("/etc/hosts").c_str(), "user.origin", "anna", 4, 0) != 0)
        GTEST_SKIP() << "no marks on this file system";
    ASSERT_TRUE(host_.write({.path = "/etc/hosts", .text = "new"}));
    std::array<char, 16> mark{};
    ASSERT_EQ(::getxattr(at("/etc/hosts").c_str(), "user.origin", mark.data(), mark.size()), 4);
    EXPECT_EQ(std::string_view(mark.data(), 4), "anna");
}

}  // namespace
}  // namespace onenode
