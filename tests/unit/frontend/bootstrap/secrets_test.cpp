// Secrets and schema against a real SQLite database with rows as oned 7.4.0 writes them.
#include "frontend/bootstrap/bootstrap.hpp"

#include "common/command.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace onefrontend::bootstrap;
using one::Secret;
namespace fs = std::filesystem;

namespace {

Secret secret(std::string_view text)
{
    return Secret{text};
}

class Bootstrap : public testing::Test {
protected:
    void SetUp() override
    {
        if (::access("/usr/bin/sqlite3", X_OK) != 0) GTEST_SKIP() << "no sqlite3 here (packaging/build-deps)";
        std::string pattern = testing::TempDir() + "bootstrapXXXXXX";
        wish.home = ::mkdtemp(pattern.data());
        wish.etc = wish.home + "/etc";
        wish.oned = wish.home + "/oned";
        write("etc/oned.conf", "DB = [ BACKEND = \"sqlite\" ]\n");
        write("oned", "#!/bin/sh\necho 'OpenNebula 7.4.0 ()'\n");
        ::chmod(wish.oned.c_str(), 0755);
    }
    void TearDown() override
    {
        if (!wish.home.empty()) fs::remove_all(wish.home);
    }

    void write(const std::string& path, const std::string& text) const
    {
        fs::create_directories(fs::path{wish.home + "/" + path}.parent_path());
        std::ofstream{wish.home + "/" + path} << text;
    }
    [[nodiscard]] std::string read(const std::string& path) const
    {
        std::ifstream file{wish.home + "/" + path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    [[nodiscard]] bool there(const std::string& path) const { return fs::exists(wish.home + "/" + path); }

    std::string sql(const std::string& text) const
    {
        const auto done = one::run_command({.argv = {"sqlite3", wish.home + "/one.db"}, .input = text});
        EXPECT_TRUE(done && done->ok()) << (done ? done->err : to_text(done.error()));
        return done ? done->out : "";
    }
    static std::string row(int id, const std::string& name, const std::string& password, const std::string& driver)
    {
        return "INSERT INTO user_pool VALUES (" + std::to_string(id) + ", '" + name + "', '<USER><NAME>" + name +
               "</NAME><PASSWORD><![CDATA[" + hash_of(Secret{password}) + "]]></PASSWORD><AUTH_DRIVER><![CDATA[" +
               driver + "]]></AUTH_DRIVER></USER>');";
    }
    /// As oned leaves it after its first start.
    void fill(const std::string& version = "7.4.0") const
    {
        sql("CREATE TABLE user_pool (oid INTEGER PRIMARY KEY, name TEXT, body TEXT);" +
            row(0, "oneadmin", "first", "core") + row(1, "serveradmin", "server", "server_cipher") +
            "CREATE TABLE db_versioning (oid INTEGER PRIMARY KEY, version TEXT);"
            "CREATE TABLE local_db_versioning (oid INTEGER PRIMARY KEY, version TEXT);"
            "INSERT INTO db_versioning VALUES (0, '6.0.0'), (1, '" +
            version + "'); INSERT INTO local_db_versioning VALUES (0, '" + version + "');");
        write(".one/one_auth", "oneadmin:first\n");
        write(".one/one_key", "0123\n");
        for (const auto* service : {"sunstone", "onegate", "oneflow", "oneform", "oneks"})
            write(std::string{".one/"} + service + "_auth", "serveradmin:server\n");
    }
    std::string run()
    {
        words.clear();
        const auto done = prepare_for_oned(wish, [this](const std::string& word) { words += word + "\n"; });
        return done ? "" : to_text(done.error());
    }

    Wish wish{.patience = std::chrono::seconds{0}};
    std::string words{};
};

TEST_F(Bootstrap, AnEmptyDatabaseGetsOneAuthAndNothingElse)
{
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/one_auth").size(), std::string{"oneadmin:\n"}.size() + 64);
    EXPECT_FALSE(there(".one/sunstone_auth"));
    EXPECT_FALSE(there("one.db"));
    const auto first = read(".one/one_auth");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/one_auth"), first);
}

TEST_F(Bootstrap, LeftoversOverAnEmptyDatabaseAreRemoved)
{
    write(".one/one_auth", "oneadmin:mine\n");
    write(".one/oneflow_auth", "serveradmin:x\n");
    EXPECT_EQ(run(), "");
    EXPECT_FALSE(there(".one/oneflow_auth"));
    EXPECT_EQ(read(".one/one_auth"), "oneadmin:mine\n");
}

TEST_F(Bootstrap, ASecondTimeChangesNothing)
{
    fill();
    EXPECT_EQ(run(), "");
    const auto before = sql(".dump") + read(".one/one_auth") + read(".one/oneks_auth");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(words, "");
    EXPECT_EQ(sql(".dump") + read(".one/one_auth") + read(".one/oneks_auth"), before);
}

TEST_F(Bootstrap, LostFilesOverAFilledDatabaseAreCopiedOrMadeNew)
{
    fill();
    fs::remove(wish.home + "/.one/oneks_auth");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/oneks_auth"), "serveradmin:server\n");
    for (const auto* service : {"sunstone", "onegate", "oneflow", "oneform", "oneks"})
        fs::remove(wish.home + "/.one/" + service + "_auth");
    EXPECT_EQ(run(), "");
    const auto line = read(".one/oneflow_auth");
    const auto made = line.substr(line.find(':') + 1, 64);
    EXPECT_NE(sql("SELECT body FROM user_pool WHERE oid = 1;").find(hash_of(Secret{made})), std::string::npos);
}

TEST_F(Bootstrap, PasswordsFollowTheirFiles)
{
    fill();
    wish.oneadmin_password = secret("second");
    wish.serveradmin_password = secret("another");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/one_auth"), "oneadmin:second\n");
    EXPECT_EQ(read(".one/sunstone_auth"), "serveradmin:another\n");
    const auto rows = sql("SELECT body FROM user_pool;");
    EXPECT_NE(rows.find(hash_of(secret("second"))), std::string::npos);
    EXPECT_NE(rows.find(hash_of(secret("another"))), std::string::npos);
    EXPECT_EQ(words.find("second"), std::string::npos);
}

TEST_F(Bootstrap, APasswordChangedElsewhereIsExplained)
{
    fill();
    write(".one/one_auth", "oneadmin:stale\n");
    EXPECT_NE(run().find("changed elsewhere"), std::string::npos);
    EXPECT_EQ(read(".one/one_auth"), "oneadmin:stale\n");
}

TEST_F(Bootstrap, ALostKeyIsNotReplacedWithoutAWord)
{
    fill();
    fs::remove(wish.home + "/.one/one_key");
    EXPECT_NE(run().find("encrypted with it"), std::string::npos);
    wish.one_key = secret("4567");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(read(".one/one_key"), "4567\n");
    wish.one_key = secret("89ab");
    EXPECT_NE(run().find("another one than"), std::string::npos);
}

TEST_F(Bootstrap, ANewerSchemaIsRefusedBeforeAnythingIsWritten)
{
    fill("7.6.0");
    wish.oneadmin_password = secret("second");
    EXPECT_NE(run().find("its schema is 7.6.0, this OpenNebula has 7.4.0"), std::string::npos);
    EXPECT_EQ(read(".one/one_auth"), "oneadmin:first\n");
}

TEST_F(Bootstrap, AServiceOfItsOwnGetsItsOwnSecretOnly)
{
    wish.serveradmin_password = secret("server");
    EXPECT_TRUE(prepare_for_service(wish, "oneform"));
    EXPECT_EQ(read(".one/oneflow_auth"), "serveradmin:server\n");  // what OneForm reads
    EXPECT_FALSE(there(".one/one_auth"));
    EXPECT_FALSE(there(".one/sunstone_auth"));
}

TEST_F(Bootstrap, ARunningOnedIsToldOnce)
{
    wish.serveradmin_password = secret("wished");
    write(".one/sunstone_auth", "serveradmin:random\n");
    const auto hash = hash_to_tell_oned(wish);
    ASSERT_TRUE(hash && *hash);
    EXPECT_EQ(**hash, hash_of(secret("wished")));
    ASSERT_TRUE(write_serveradmin(wish));
    EXPECT_FALSE(*hash_to_tell_oned(wish));
}

}  // namespace
