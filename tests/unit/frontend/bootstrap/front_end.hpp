// A front-end's volume with a real SQLite database, rows as oned 7.4.0 writes them, and an oned and onedb that are scripts.
#pragma once

#include "common/command.hpp"
#include "frontend/bootstrap/bootstrap.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace onefrontend::bootstrap {

inline one::Secret secret(std::string_view text)
{
    return one::Secret{text};
}

class FrontEnd : public testing::Test {
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
        wish.onedb = wish.home + "/onedb";
        wish.migrators = wish.home + "/migrators";
    }
    void TearDown() override
    {
        if (!wish.home.empty()) std::filesystem::remove_all(wish.home);
    }

    void write(const std::string& path, const std::string& text) const
    {
        std::filesystem::create_directories(std::filesystem::path{wish.home + "/" + path}.parent_path());
        std::ofstream{wish.home + "/" + path} << text;
    }
    [[nodiscard]] std::string read(const std::string& path) const
    {
        std::ifstream file{wish.home + "/" + path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    [[nodiscard]] bool there(const std::string& path) const { return std::filesystem::exists(wish.home + "/" + path); }

    std::string sql(const std::string& text) const
    {
        const auto done = one::run_command({.argv = {"sqlite3", wish.home + "/one.db"}, .input = text});
        EXPECT_TRUE(done && done->ok()) << (done ? done->err : to_text(done.error()));
        return done ? done->out : "";
    }
    static std::string row(int id, const std::string& name, const std::string& password, const std::string& driver)
    {
        return "INSERT INTO user_pool VALUES (" + std::to_string(id) + ", '" + name + "', '<USER><NAME>" + name +
               "</NAME><PASSWORD><![CDATA[" + hash_of(one::Secret{password}) + "]]></PASSWORD><AUTH_DRIVER><![CDATA[" +
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

    std::string look()
    {
        words.clear();
        const auto done = look_ahead(wish, [this](const std::string& word) { words += word + "\n"; });
        return done ? "" : to_text(done.error());
    }

    Wish wish{.patience = std::chrono::seconds{0}};
    std::string words{};
};

}  // namespace onefrontend::bootstrap
