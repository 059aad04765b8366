// A backup becomes a front-end; what is no whole backup touches nothing.
#include "front_end.hpp"

#include "frontend/enroll/lost_time.hpp"

#include <fcntl.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>

using namespace onefrontend::backup;
using testing::HasSubstr;

namespace {

class RestoreTest : public FrontEndTest {
protected:
    void SetUp() override
    {
        FrontEndTest::SetUp();
        if (IsSkipped()) return;
        old->fill();
        ASSERT_EQ(back_up_old(), "");
        bytes = bytes_of(file);
    }
    /// Killed when it says its n-th word; or before it is whole.
    void killed_at(int word, Present present)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            (void)restore(fresh->where, from(bytes), "the backup", present, [&word](const std::string&) {
                if (word-- == 0) ::raise(SIGKILL);
            });
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
    }

    std::string bytes{};
};

TEST_F(RestoreTest, MakesAnEmptyFrontEndTheOldOne)
{
    EXPECT_EQ(restore_from(bytes), "");
    EXPECT_EQ(state_of(*fresh), state_of(*old));
    EXPECT_EQ(aside, "");
    EXPECT_FALSE(fresh->has("lib/one/datastores/1/image"));
    EXPECT_FALSE(fresh->has("lib/one/.restore"));
}

TEST_F(RestoreTest, KeepsTheTimesOfFilesForTheDriversSynchronisation)
{
    const auto when = fs::file_time_type::clock::now() - std::chrono::hours{1000};
    fs::last_write_time(old->path("lib/one/remotes/VERSION"), when);
    fs::remove(file);
    ASSERT_EQ(back_up_old(), "");
    EXPECT_EQ(restore_from(bytes_of(file)), "");
    const auto restored = fs::last_write_time(fresh->path("lib/one/remotes/VERSION"));
    EXPECT_LT(std::chrono::abs(restored - when), std::chrono::seconds{2});
}

TEST_F(RestoreTest, OfABackupFromElsewherePutsTheStateWhereItIsHere)
{
    fresh->where.state_dir = fresh->where.home + "/onefrontend";
    EXPECT_EQ(restore_from(bytes), "");
    EXPECT_EQ(fresh->read("lib/one/onefrontend/signer/ca.key"), "CA of first");
}

TEST_F(RestoreTest, RemembersTheTimeThatItLost)
{
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    EXPECT_EQ(restore_from(bytes), "");
    const auto lost = onefrontend::read_lost_time(fresh->where.state_dir);
    ASSERT_TRUE(lost) << to_text(lost.error());
    EXPECT_TRUE(onefrontend::is_in(now, *lost) || lost->to - lost->from <= 1);
    EXPECT_LE(now, lost->to);
    EXPECT_FALSE(onefrontend::is_in(0, onefrontend::LostTime{}));
    const auto nothing = onefrontend::read_lost_time(old->where.state_dir);
    EXPECT_TRUE(nothing && *nothing == onefrontend::LostTime{});
}

TEST_F(RestoreTest, KeepsDriversThatOnlyThisFrontEndHas)
{
    fresh->write("lib/one/remotes/newer", "of a newer package");
    fresh->write("lib/one/remotes/VERSION", "7.4.3");
    EXPECT_EQ(restore_from(bytes), "");
    EXPECT_EQ(fresh->read("lib/one/remotes/newer"), "of a newer package");
    EXPECT_EQ(fresh->read("lib/one/remotes/VERSION"), "7.4.0");
    std::ifstream was{aside + "/remotes/VERSION"};
    EXPECT_EQ((std::string{std::istreambuf_iterator<char>{was}, {}}), "7.4.3");
}

TEST_F(RestoreTest, RefusesAFrontEndThatIsHere)
{
    fresh->fill("second");
    const auto before = state_of(*fresh);
    EXPECT_THAT(restore_from(bytes), HasSubstr("--replace"));
    EXPECT_EQ(state_of(*fresh), before);
    fs::remove(fresh->path("lib/one/one.db"));
    EXPECT_THAT(restore_from(bytes), HasSubstr("an enrollment CA is in"));
}

TEST_F(RestoreTest, ReplacesAFrontEndWhenToldAndKeepsItAside)
{
    fresh->fill("second");
    fresh->write("lib/one/.one/other_auth", "of another life");
    EXPECT_EQ(restore_from(bytes, Present::replace), "");
    EXPECT_EQ(state_of(*fresh), state_of(*old));
    EXPECT_TRUE(fs::exists(aside + "/.one/other_auth"));
    EXPECT_EQ(fresh->read("lib/one/datastores/1/image"), "an image");
    std::string saved;
    for (const auto& entry : fs::recursive_directory_iterator{fresh->path("lib/onefrontend")})
        if (entry.path().filename() == "database.db") saved = entry.path();
    const auto there = one::run_command({.argv = {"sqlite3", saved, "SELECT name FROM user_pool"}});
    ASSERT_TRUE(there);
    EXPECT_EQ(there->out, "second\n");
}

TEST_F(RestoreTest, TouchesNothingWhereTheBackupIsNotWhole)
{
    fresh->fill("second");
    const auto before = state_of(*fresh);
    for (std::size_t size = 0; size < bytes.size(); size += bytes.size() / 23 + 1)
        EXPECT_NE(restore_from(bytes.substr(0, size), Present::replace), "") << size;
    EXPECT_NE(restore_from(bytes.substr(0, bytes.size() - 20), Present::replace), "");
    EXPECT_EQ(state_of(*fresh), before);
}

TEST_F(RestoreTest, OfAnEvilArchiveTouchesNothing)
{
    const auto state = state_of(*fresh);
    const auto evil = [](Archive& archive) { return archive.file("database.db", "").whole(); };
    Archive through_a_link;
    through_a_link.link("home/a", folder).file("home/a/x", "evil");
    Archive twice;
    twice.file("home/x", "1").file("home/x", "2");
    Archive orphan;
    orphan.file("home/nowhere/x", "evil");
    Archive link_over_folder;
    link_over_folder.folder("home/a").link("home/a", "/etc");
    Archive stranger;
    stranger.user = "no-such-account";
    stranger.file("home/x", "1");
    for (auto* archive : {&through_a_link, &twice, &orphan, &link_over_folder})
        EXPECT_THAT(restore_from(evil(*archive)), HasSubstr("nothing was restored"));
    if (::geteuid() == 0) {
        EXPECT_THAT(restore_from(evil(stranger)), HasSubstr("account no-such-account"));
    }
    EXPECT_THAT(restore_from(Archive{}.file("home/x", "no database").whole()), HasSubstr("database.db is not in it"));
    EXPECT_FALSE(fs::exists(folder + "/x"));
    fs::remove_all(fresh->path("lib/onefrontend"));
    EXPECT_EQ(state_of(*fresh), state);
}

TEST_F(RestoreTest, GivesNobodyARaisedProgram)
{
    EXPECT_EQ(restore_from(Archive{}.folder("home").file("home/x", "#!", 06755).file("database.db", "").whole()), "");
    struct stat info {};
    ASSERT_EQ(::stat(fresh->path("lib/one/x").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0755U);
}

TEST_F(RestoreTest, RefusesAnotherSchemaWithTheReason)
{
    fresh->oned("7.2.0");
    EXPECT_THAT(restore_from(bytes), HasSubstr("its schema is 7.4.0, this OpenNebula has 7.2.0: there is no way back"));
    fresh->oned("8.0.0");
    EXPECT_THAT(restore_from(bytes), HasSubstr("upgrade then"));
    fs::remove(fresh->where.oned);
    EXPECT_THAT(restore_from(bytes), HasSubstr("install OpenNebula's packages"));
    EXPECT_FALSE(fresh->has("lib/one/one.db"));
}

TEST_F(RestoreTest, RefusesADatabaseOfTheOtherKind)
{
    auto head = some_head();
    head.is_file = false;
    std::string other;
    auto packer = *Packer::begin(into(other));
    ASSERT_TRUE(packer.add_text(head_name, to_text(head)));
    ASSERT_TRUE(packer.add_text(dump_name, "-- Dump completed"));
    ASSERT_TRUE(packer.finish());
    EXPECT_THAT(restore_from(other), HasSubstr("its database is MariaDB's, and DB of oned.conf says SQLite"));
}

TEST_F(RestoreTest, RefusesWhileSomebodyHasTheDatabaseOpen)
{
    fresh->fill("second");
    const pid_t child = ::fork();
    if (child == 0) {
        const int held = ::open(fresh->path("lib/one/one.db").c_str(), O_RDWR);
        (void)held;
        ::pause();
    }
    std::string why;
    for (int tries = 0; tries < 2000 && why.find("has it open") == std::string::npos; ++tries)
        why = restore_from("", Present::replace);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_THAT(why, HasSubstr("process " + std::to_string(child) + " has it open"));
}

TEST_F(RestoreTest, RefusesAFolderWhereAFileWouldBe)
{
    fs::create_directories(fresh->path("lib/one/vms/3/vm.log"));
    EXPECT_THAT(restore_from(bytes), HasSubstr("a folder is there, and something else in the backup"));
    EXPECT_FALSE(fresh->has("lib/one/one.db"));
}

TEST_F(RestoreTest, LeavesImagesBehindLinksThatOnlyThisMachineHas)
{
    fs::create_directories(folder + "/disk/1");
    fs::create_directory_symlink(folder + "/disk", fresh->path("lib/one/datastores"));
    EXPECT_EQ(restore_from(bytes), "");
    EXPECT_TRUE(fs::is_symlink(fresh->path("lib/one/datastores")));
}

TEST_F(RestoreTest, KilledBeforeItIsWholeLeavesAFrontEndThatIsAsItWas)
{
    fresh->fill("second");
    const auto before = state_of(*fresh);
    killed_at(0, Present::replace);
    EXPECT_TRUE(refuse_half_a_restore(fresh->where.state_dir));
    EXPECT_THAT(go_on_with_it(), HasSubstr("none was cut off"));
    fs::remove_all(fresh->path("lib/one/.restore"));
    fs::remove_all(fresh->path("lib/onefrontend/.restore"));
    EXPECT_EQ(state_of(*fresh), before);
    EXPECT_EQ(restore_from(bytes, Present::replace), "");
    EXPECT_EQ(state_of(*fresh), state_of(*old));
}

TEST_F(RestoreTest, KilledBetweenAnyTwoActsGoesOn)
{
    for (int word = 1; word <= 3; ++word) {
        fs::remove_all(folder + "/fresh");
        fresh.emplace(folder + "/fresh");
        fresh->fill("second");
        killed_at(word, Present::replace);
        EXPECT_THAT(restore_from(bytes, Present::replace), HasSubstr("onefrontend restore --continue"));
        EXPECT_FALSE(back_up_to(fresh->where, folder + "/half.tar.gz", ""));
        EXPECT_EQ(go_on_with_it(), "") << word;
        EXPECT_EQ(state_of(*fresh), state_of(*old)) << word;
        EXPECT_FALSE(fresh->has("lib/onefrontend/.restore"));
    }
}

TEST_F(RestoreTest, KilledInTheMiddleOfAnyActGoesOn)
{
    const auto aside_of = [this](const std::string& below) {
        for (const auto& entry : fs::directory_iterator{fresh->path("lib/one")})
            if (entry.path().filename().string().starts_with(".before-restore-")) return entry.path().string() + below;
        return fresh->path("lib/one/.before-restore-x") + below;
    };
    for (int word = 1; word <= 3; ++word) {
        fs::remove_all(folder + "/fresh");
        fresh.emplace(folder + "/fresh");
        fresh->fill("second");
        killed_at(word, Present::replace);
        const auto mark = fresh->read("lib/onefrontend/.restore/begun");
        if (word == 1) {  // one file is aside
            const auto name = mark.substr(mark.find(".before-restore-"));
            const auto to = fresh->path("lib/one/" + name.substr(0, name.find('"')) + "/.one");
            fs::create_directories(to);
            fs::rename(fresh->path("lib/one/.one/one_auth"), to + "/one_auth");
        }
        if (word == 2) fs::rename(fresh->path("lib/one/.restore/database.db"), fresh->path("lib/one/one.db"));
        if (word == 3)
            fs::rename(fresh->path("lib/one/.restore/files/.one/one_auth"), fresh->path("lib/one/.one/one_auth"));
        EXPECT_EQ(go_on_with_it(), "") << word;
        EXPECT_EQ(state_of(*fresh), state_of(*old)) << word;
        EXPECT_TRUE(fs::exists(aside_of("/.one/one_auth")));
    }
}

TEST_F(RestoreTest, ThatStopsInTheMiddleOfAnActSaysHowToGoOn)
{
    // A file system that is mounted there cannot be renamed over; anything else that stops it is met alike.
    fresh->fill("second");
    killed_at(3, Present::replace);
    fs::create_directories(fresh->path("lib/one/vms/3/vm.log"));
    EXPECT_THAT(go_on_with_it(), HasSubstr("onefrontend restore --continue"));
    fs::remove_all(fresh->path("lib/one/vms/3/vm.log"));
    EXPECT_EQ(go_on_with_it(), "");
    EXPECT_EQ(state_of(*fresh), state_of(*old));
}

}  // namespace
