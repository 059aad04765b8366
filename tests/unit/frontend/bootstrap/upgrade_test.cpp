// The upgrade with a real SQLite database and an onedb that does what each test wants.
#include "front_end.hpp"

using namespace onefrontend::bootstrap;

namespace {

class Upgrade : public FrontEnd {
protected:
    void SetUp() override
    {
        FrontEnd::SetUp();
        if (IsSkipped()) return;
        fill("7.2.0");
        write("migrators/shared/7.2.0_to_7.4.0.rb", "");
        write("migrators/local/7.2.0_to_7.4.0.rb", "");
        onedb("");
    }
    /// `first`: what it does before it does its work.
    void onedb(const std::string& first) const
    {
        write("onedb", "#!/bin/sh\nfile=\nwhile [ $# -gt 0 ]; do [ \"$1\" = -s ] && file=$2; shift; done\n"
                       "echo \"$file\" >>" +
                           wish.home + "/called\n" + first +
                           "\n"
                           "sqlite3 \"$file\" \"INSERT INTO db_versioning VALUES (9, '7.4.0'); "
                           "INSERT INTO local_db_versioning VALUES (9, '7.4.0')\"\n");
        ::chmod(wish.onedb.c_str(), 0755);
    }
    [[nodiscard]] std::string version() const
    {
        return sql("SELECT version FROM db_versioning ORDER BY oid DESC LIMIT 1;");
    }
    [[nodiscard]] std::string on_the_real_one(const std::string& act) const
    {
        return "case $file in */one.db) " + act + " ;; esac";
    }
};

TEST_F(Upgrade, IsTriedOnACopyAndThenDone)
{
    EXPECT_EQ(run(), "");
    EXPECT_EQ(version(), "7.4.0\n");
    EXPECT_EQ(read("called"), wish.home + "/.upgrade/trial.db\n" + wish.home + "/one.db\n");
    EXPECT_TRUE(there(".upgrade/7.2.0-before-7.4.0.db"));
    EXPECT_FALSE(there(".upgrade/trial.db"));
    EXPECT_FALSE(there(".upgrade/begun"));
    EXPECT_EQ(run(), "");
    EXPECT_EQ(words, "");
}

TEST_F(Upgrade, ThatFailsOnTheCopyTouchesNothing)
{
    onedb("echo 'no such column' >&2; exit 255");
    EXPECT_NE(run().find("no such column"), std::string::npos);
    EXPECT_EQ(version(), "7.2.0\n");
    EXPECT_EQ(read("called"), wish.home + "/.upgrade/trial.db\n");
}

TEST_F(Upgrade, ThatFailsHalfwayIsTakenBack)
{
    onedb(on_the_real_one("sqlite3 $file 'DROP TABLE user_pool'; exit 255"));
    EXPECT_NE(run(), "");
    EXPECT_EQ(version(), "7.2.0\n");
    EXPECT_NE(sql("SELECT name FROM user_pool;").find("oneadmin"), std::string::npos);
    EXPECT_FALSE(there(".upgrade/begun"));
}

TEST_F(Upgrade, ThatWasKilledHalfwayIsTakenBackAndDoneAgain)
{
    EXPECT_EQ(run(), "");  // leaves the backup that a killed one would have left
    sql("DROP TABLE user_pool;");
    write(".upgrade/begun", wish.home + "/.upgrade/7.2.0-before-7.4.0.db");
    EXPECT_EQ(run(), "");
    EXPECT_NE(words.find("was cut off"), std::string::npos);
    EXPECT_EQ(version(), "7.4.0\n");
    EXPECT_NE(sql("SELECT name FROM user_pool;").find("oneadmin"), std::string::npos);
}

TEST_F(Upgrade, WithoutTheMigratorsSaysSoBeforeAnythingElse)
{
    std::filesystem::remove(wish.home + "/migrators/local/7.2.0_to_7.4.0.rb");
    EXPECT_NE(run().find("no migrator from 7.2.0"), std::string::npos);
    EXPECT_FALSE(there("called"));
    EXPECT_FALSE(there(".upgrade"));
}

TEST_F(Upgrade, IsForetoldWithoutAChange)
{
    const auto before = sql(".dump");
    EXPECT_EQ(look(), "");
    EXPECT_NE(words.find("will upgrade the database from schema 7.2.0 to 7.4.0"), std::string::npos);
    EXPECT_EQ(sql(".dump"), before);
    EXPECT_FALSE(there("called") || there(".upgrade"));
    EXPECT_EQ(run(), "");
    EXPECT_EQ(look(), "");
    EXPECT_NE(words.find("has schema 7.4.0, as this OpenNebula wants it"), std::string::npos);
}

TEST_F(Upgrade, ThatCannotBeIsForetoldToo)
{
    std::filesystem::remove(wish.home + "/migrators/shared/7.2.0_to_7.4.0.rb");
    EXPECT_NE(look().find("no migrator from 7.2.0"), std::string::npos);
    sql("INSERT INTO db_versioning VALUES (9, '7.6.0');");
    EXPECT_NE(look().find("its schema is 7.6.0, this OpenNebula has 7.4.0"), std::string::npos);
    std::filesystem::remove(wish.home + "/one.db");
    EXPECT_EQ(look(), "");
    EXPECT_NE(words.find("no database of OpenNebula's yet"), std::string::npos);
    EXPECT_FALSE(there("one.db")) << "a look makes none";
}

TEST_F(Upgrade, WithoutRoomForItsBackupSaysSoBeforeAnythingElse)
{
    std::filesystem::resize_file(wish.home + "/one.db", std::uintmax_t{1} << 42U);  // of which nothing is on the disk
    EXPECT_NE(look().find("the backup before the upgrade may take 8796094 MB, and "), std::string::npos);
    EXPECT_NE(run().find("the backup before the upgrade may take"), std::string::npos);
    EXPECT_FALSE(there("called") || there(".upgrade"));
}

TEST_F(Upgrade, DoesNotBelieveOnedbsExitCode)
{
    onedb("exit 0");
    EXPECT_NE(run().find("onedb left it at 7.2.0"), std::string::npos);
    EXPECT_EQ(read("called"), wish.home + "/.upgrade/trial.db\n");
}

}  // namespace
