// What is packed comes out again; what is no whole archive of ours is refused, whatever is wrong with it.
#include "in_memory.hpp"

#include "common/command.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>

using namespace onefrontend::backup;
using testing::HasSubstr;

namespace {

std::string some_archive()
{
    std::string noise(200'000, ' ');
    std::mt19937 random{7};
    for (auto& letter : noise)
        letter = static_cast<char>(random());
    return Archive{}
        .file("database.db", noise)
        .folder("home")
        .folder("home/.one", 0700)
        .file("home/.one/one_auth", "oneadmin:secret\n", 0600)
        .file("home/" + std::string(90, 'd') + "/" + std::string(120, 'f'), "long")
        .file("home/na\xc3\xafve\\ and\na line", "odd")
        .file("home/bytes\xff", "")
        .link("home/link", std::string(130, 'l'))
        .folder("state")
        .whole();
}

TEST(Archive, ComesOutAsItWentIn)
{
    const auto got = unpacked(some_archive());
    EXPECT_EQ(got.why, "");
    EXPECT_EQ(got.files.at("database.db").size(), 200'000U);
    EXPECT_EQ(got.files.at("home/.one/one_auth"), "oneadmin:secret\n");
    EXPECT_EQ(got.files.at("home/" + std::string(90, 'd') + "/" + std::string(120, 'f')), "long");
    EXPECT_EQ(got.files.at("home/na\xc3\xafve\\ and\na line"), "odd");
    EXPECT_EQ(got.files.at("home/bytes\xff"), "");
    EXPECT_EQ(got.others.at("home/.one").mode, 0700U);
    EXPECT_EQ(got.others.at("home/link").link, std::string(130, 'l'));
}

TEST(Archive, IsReadByTarAndItsSumsBySha256sum)
{
    std::string folder = testing::TempDir() + "archiveXXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    std::ofstream{folder + "/a.tar.gz", std::ios::binary} << some_archive();
    const auto tar =
        one::run_command({.argv = {"tar", "--extract", "--file", folder + "/a.tar.gz", "--directory", folder}});
    ASSERT_TRUE(tar && tar->ok()) << tar->err;
    const auto sums =
        one::run_command({.argv = {"sha256sum", "--check", "--strict", "SHA256SUMS"}, .directory = folder});
    ASSERT_TRUE(sums);
    EXPECT_TRUE(sums->ok()) << sums->out << sums->err;
    EXPECT_EQ(std::filesystem::read_symlink(folder + "/home/link"), std::string(130, 'l'));
    std::filesystem::remove_all(folder);
}

TEST(Archive, ThatBreaksOffAnywhereIsRefused)
{
    const auto whole = some_archive();
    for (std::size_t size = 0; size < whole.size(); size += size + 600 < whole.size() ? 599 : 1)
        EXPECT_NE(unpacked(whole.substr(0, size)).why, "") << size << " of " << whole.size();
}

TEST(Archive, WithAnyBitChangedIsRefusedOrComesOutAsItWas)
{
    const auto whole = some_archive();
    const auto right = unpacked(whole);
    const auto seed = std::random_device{}();
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 300; ++round) {
        auto bytes = whole;
        const auto at = random() % bytes.size();
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
        const auto got = unpacked(bytes);
        if (got.why.empty()) {
            EXPECT_EQ(got.files, right.files) << at;
        }
    }
}

TEST(Archive, OfOtherBytesIsRefused)
{
    for (const std::string_view bytes : {"", "x", "\x1f\x8b", "-----BEGIN CMS-----", "SQLite format 3"})
        EXPECT_THAT(unpacked(bytes).why, HasSubstr("nothing was restored")) << bytes;
    EXPECT_NE(unpacked(std::string(100'000, '\0')).why, "");
}

TEST(Archive, WhoseNamesLeadElsewhereIsRefused)
{
    for (const std::string path :
         {"/etc/passwd", "../x", "home/../x", "home/a/../../x", "home//x", "home/./x", "etc/one/oned.conf", "x",
          "home/", "home/.restore/begun", "state/.restore/begun", "home/.before-restore-1/x", "home/.bootstrap.lock"})
        EXPECT_THAT(unpacked(Archive{}.file(path, "evil").whole()).why, HasSubstr("nothing was restored")) << path;
    EXPECT_NE(unpacked(Archive{}.folder("home/..").whole()).why, "");
    EXPECT_NE(unpacked(Archive{}.link("database.sql", "/etc/passwd").whole()).why, "");
    EXPECT_NE(unpacked(Archive{}.link("home/x", "").whole()).why, "");
    EXPECT_NE(unpacked(Archive{}.file("home", "a file").whole()).why, "");
}

TEST(Archive, WithTwoHeadsIsRefused)
{
    EXPECT_NE(unpacked(Archive{}.file("backup.json", to_text(some_head())).whole()).why, "");
}

TEST(Archive, WithoutItsHeadFirstIsRefused)
{
    std::string bytes;
    auto packer = *Packer::begin(into(bytes));
    ASSERT_TRUE(packer.add_text("database.sql", "x"));
    ASSERT_TRUE(packer.finish());
    EXPECT_THAT(unpacked(bytes).why, HasSubstr("a backup begins with backup.json"));
}

TEST(Archive, WithSumsThatAreNotItsOwnIsRefused)
{
    auto bytes = Archive{}.file("SHA256SUMS", "").whole();
    EXPECT_THAT(unpacked(bytes).why, HasSubstr("not that of its SHA256SUMS"));
}

TEST(Archive, WithHardLinksOrDevicesOfTarsOwnIsRefused)
{
    std::string folder = testing::TempDir() + "archiveXXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    std::filesystem::create_directory(folder + "/home");
    std::ofstream{folder + "/backup.json"} << to_text(some_head());
    std::ofstream{folder + "/home/a"} << "a";
    std::filesystem::create_hard_link(folder + "/home/a", folder + "/home/b");
    ASSERT_EQ(::mkfifo((folder + "/home/pipe").c_str(), 0600), 0);
    for (const std::string second : {"home/b", "home/pipe"}) {
        const auto tar = one::run_command({.argv = {"tar", "--create", "--file=-", "backup.json", "home/a", second},
                                           .directory = folder,
                                           .output_limit = 100'000});
        ASSERT_TRUE(tar && tar->ok());
        EXPECT_THAT(unpacked(tar->out).why, HasSubstr(second + ": it is no file, folder or link"));
    }
    std::filesystem::remove_all(folder);
}

TEST(Archive, WhoseReaderFailsSaysWhy)
{
    const Read broken = [](std::span<char>) -> one::Result<std::size_t> {
        return one::fail(one::error_from_errno(EIO, "the disk"));
    };
    const auto done = unpack(broken, {}, "the archive");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().thing, "the disk");
}

}  // namespace
