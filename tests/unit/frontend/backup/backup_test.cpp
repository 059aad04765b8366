// A backup of a real folder and a real SQLite database.
#include "front_end.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cerrno>

using namespace onefrontend::backup;
using testing::HasSubstr;

namespace {

class BackupTest : public FrontEndTest {
protected:
    void SetUp() override
    {
        FrontEndTest::SetUp();
        if (!IsSkipped()) old->fill();
    }
    [[nodiscard]] std::vector<std::string> names_in(const std::string& path) const
    {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator{path})
            names.push_back(entry.path().filename());
        return names;
    }
};

TEST_F(BackupTest, HasEverythingButImagesAndWhatPasses)
{
    ASSERT_EQ(back_up_old(), "");
    const auto got = unpacked(bytes_of(file));
    ASSERT_EQ(got.why, "");
    EXPECT_EQ(got.files.at("home/.one/one_auth"), "oneadmin:first\n");
    EXPECT_EQ(got.files.at("state/signer/ca.key"), "CA of first");
    EXPECT_EQ(got.others.at("home/.ssh/link").link, "id_rsa");
    EXPECT_EQ(got.others.count("home/datastores/1"), 1U);
    EXPECT_EQ(got.files.count("home/datastores/1/image"), 0U);
    EXPECT_TRUE(got.files.at("database.db").starts_with("SQLite format 3"));
    for (const auto* path : {"home/one.db", "home/oned.pid", "home/config", "home/.bootstrap.lock"})
        EXPECT_EQ(got.files.count(path), 0U) << path;
}

TEST_F(BackupTest, IsForItsOwnerOnlyAndLeavesNothingElse)
{
    ASSERT_EQ(back_up_old(), "");
    struct stat info {};
    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0600U);
    EXPECT_THAT(names_in(folder), testing::UnorderedElementsAre("backup.tar.gz", "old", "fresh"));
    EXPECT_TRUE(fs::is_empty(old->path("lib/onefrontend/.backup")));
}

TEST_F(BackupTest, IsTakenWhileTheDatabaseIsWrittenTo)
{
    // A transaction that is open meanwhile is not in it.
    const one::Command writer{.argv = {"sqlite3", "-cmd", "PRAGMA journal_mode=WAL", old->where.home + "/one.db"},
                              .input = "BEGIN; INSERT INTO user_pool VALUES (9, 'half', '');\n.shell sqlite3 " +
                                       old->where.home + "/one.db .dump >" + folder + "/seen\nROLLBACK;\n"};
    ASSERT_TRUE(one::run_command(writer));
    ASSERT_EQ(back_up_old(), "");
    EXPECT_EQ(restore_from(bytes_of(file)), "");
    EXPECT_EQ(fresh->sql("SELECT COUNT(*) FROM user_pool;"), "1\n");
}

TEST_F(BackupTest, ReplacesNothing)
{
    ASSERT_EQ(back_up_old(), "");
    const auto before = bytes_of(file);
    EXPECT_THAT(back_up_old(), HasSubstr("a backup replaces nothing"));
    EXPECT_EQ(bytes_of(file), before);
}

TEST_F(BackupTest, ToAFullDiskSaysSo)
{
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    const auto done = back_up_to(old->where, full, "");
    ::close(full);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, one::ErrorKind::no_space);
    EXPECT_EQ(done.error().thing, "standard output");
}

TEST_F(BackupTest, ThatFailsLeavesNoFile)
{
    fs::remove(old->path("lib/one/one.db"));
    EXPECT_THAT(back_up_old(), HasSubstr("there is no OpenNebula in it"));
    EXPECT_THAT(names_in(folder), testing::UnorderedElementsAre("old", "fresh"));
    EXPECT_THAT(restore_from(""), HasSubstr("nothing was restored"));
}

TEST_F(BackupTest, ThatIsKilledLeavesNothingOfItsName)
{
    std::ofstream{old->path("lib/one/large")} << std::string(8'000'000, 'x');
    const pid_t child = ::fork();
    if (child == 0) {
        std::size_t written = 0;
        // As the program does, and dies in the middle of it.
        const auto done = back_up(old->where, [&written](std::string_view bytes) -> one::Result<> {
            written += bytes.size();
            if (written > 5'000) ::raise(SIGKILL);
            return {};
        });
        ::_exit(done ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_FALSE(fs::is_empty(old->path("lib/onefrontend/.backup")));
    ASSERT_EQ(back_up_old(), "");  // and is in nobody's way
    EXPECT_TRUE(fs::is_empty(old->path("lib/onefrontend/.backup")));
}

TEST_F(BackupTest, OfMuchWantsNoMoreMemory)
{
    constexpr long megabyte = 1024;  // as getrusage counts
    fs::resize_file(fs::path{old->path("lib/one/vms/3/vm.log")}, 100'000'000);
    const pid_t child = ::fork();
    if (child == 0) {
        rusage before{};
        rusage after{};
        ::getrusage(RUSAGE_SELF, &before);
        const auto done = back_up(old->where, [](std::string_view) { return one::Result<>{}; });
        ::getrusage(RUSAGE_SELF, &after);
        ::_exit(done && after.ru_maxrss - before.ru_maxrss < 40 * megabyte ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST_F(BackupTest, IntoWhatIsBackedUpIsRefused)
{
    for (const auto* place : {"lib/one/b.tar.gz", "lib/one/vms/b.tar.gz", "lib/onefrontend/b.tar.gz"}) {
        const auto done = back_up_to(old->where, old->path(place), "");
        ASSERT_FALSE(done) << place;
        EXPECT_THAT(done.error().reason, HasSubstr("which is backed up"));
    }
}

TEST_F(BackupTest, HasTheStateOfAnImageOnceWhereItLiesBelow)
{
    old->where.state_dir = old->where.home + "/onefrontend";
    old->write("lib/one/onefrontend/public/ca.pem", "below");
    ASSERT_EQ(back_up_old(), "");
    const auto got = unpacked(bytes_of(file));
    EXPECT_EQ(got.files.at("state/public/ca.pem"), "below");
    EXPECT_EQ(got.others.count("home/onefrontend"), 0U);
}

TEST_F(BackupTest, OfAFrontEndWithoutNodesNeedsNoCa)
{
    fs::remove_all(old->path("lib/onefrontend"));
    const auto done = back_up_to(old->where, file, "");
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_FALSE(done->has_authority);
    EXPECT_EQ(restore_from(bytes_of(file)), "");
}

TEST_F(BackupTest, DoesNotFollowLinksOutOfItsFolders)
{
    fs::create_directory_symlink(folder + "/fresh", old->path("lib/one/elsewhere"));
    ASSERT_EQ(back_up_old(), "");
    const auto got = unpacked(bytes_of(file));
    EXPECT_EQ(got.others.at("home/elsewhere").kind, Kind::link);
    EXPECT_EQ(got.files.count("home/elsewhere/oned"), 0U);
}

}  // namespace
