// A front-end with a real SQLite database, as much of one as a backup looks at; and what is there to compare.
#pragma once

#include "common/command.hpp"
#include "frontend/backup/backup.hpp"
#include "frontend/backup/restore.hpp"
#include "tests/unit/frontend/backup/in_memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace onefrontend::backup {

namespace fs = std::filesystem;

class Machine {
public:
    explicit Machine(std::string folder) : folder_(std::move(folder))
    {
        where = {.etc = folder_ + "/etc",
                 .home = folder_ + "/lib/one",
                 .state_dir = folder_ + "/lib/onefrontend",
                 .oned = folder_ + "/oned"};
        fs::create_directories(where.home);
        write("etc/oned.conf", "DB = [ BACKEND = \"sqlite\" ]\n");
        oned("7.4.0");
    }
    void oned(const std::string& version) const
    {
        write("oned", "#!/bin/sh\necho 'OpenNebula " + version + " ()'\n");
        ::chmod(where.oned.c_str(), 0755);
    }
    void write(const std::string& path, const std::string& text, mode_t mode = 0640) const
    {
        fs::create_directories(fs::path{folder_ + "/" + path}.parent_path());
        std::ofstream{folder_ + "/" + path} << text;
        ::chmod((folder_ + "/" + path).c_str(), mode);
    }
    [[nodiscard]] std::string read(const std::string& path) const
    {
        std::ifstream file{folder_ + "/" + path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    [[nodiscard]] bool has(const std::string& path) const
    {
        return fs::symlink_status(folder_ + "/" + path).type() != fs::file_type::not_found;
    }
    [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
    std::string sql(const std::string& text) const
    {
        const auto done = one::run_command({.argv = {"sqlite3", where.home + "/one.db"}, .input = text});
        EXPECT_TRUE(done && done->ok()) << (done ? done->err : to_text(done.error()));
        return done ? done->out : "";
    }
    void fill(const std::string& who = "first", const std::string& version = "7.4.0") const
    {
        sql("CREATE TABLE user_pool (oid INTEGER PRIMARY KEY, name TEXT, body TEXT);"
            "INSERT INTO user_pool VALUES (0, '" +
            who +
            "', '<USER/>');"
            "CREATE TABLE db_versioning (oid INTEGER PRIMARY KEY, version TEXT);"
            "CREATE TABLE local_db_versioning (oid INTEGER PRIMARY KEY, version TEXT);"
            "INSERT INTO db_versioning VALUES (0, '" +
            version +
            "');"
            "INSERT INTO local_db_versioning VALUES (0, '" +
            version + "');");
        write("lib/one/.one/one_auth", "oneadmin:" + who + "\n", 0600);
        fs::permissions(path("lib/one/.one"), fs::perms{0700});
        write("lib/one/.ssh/id_rsa", "key of " + who, 0600);
        fs::create_symlink("id_rsa", path("lib/one/.ssh/link"));
        write("lib/one/remotes/VERSION", "7.4.0");
        write("lib/one/remotes/im/probe", "#!/bin/sh\n", 0750);
        write("lib/one/datastores/1/image", "an image");
        fs::create_directories(path("lib/one/datastores/0"));
        write("lib/one/vms/3/vm.log", "log of " + who);
        fs::create_directory(path("lib/one/empty"));
        fs::permissions(path("lib/one/empty"), fs::perms{0500});
        write("lib/one/.bootstrap.lock", "");
        write("lib/one/oned.pid", "7");
        write("lib/one/config", "DB=***");
        write("lib/onefrontend/signer/ca.key", "CA of " + who, 0600);
        write("lib/onefrontend/public/ca.pem", "certificate of " + who, 0644);
    }

    Where where{};

private:
    std::string folder_;
};

/// Everything below, with mode and content; but for what a backup leaves out, and what is of a restore.
inline std::map<std::string, std::string> state_of(const Machine& machine)
{
    std::map<std::string, std::string> state;
    const auto lib = machine.path("lib");
    for (fs::recursive_directory_iterator at{lib}, end; at != end; ++at) {
        const auto path = at->path().string().substr(lib.size() + 1);
        const auto name = at->path().filename().string();
        if (name.starts_with(".before-restore-") || name == ".backup") {
            at.disable_recursion_pending();
            continue;
        }
        if (name == "image" || name == "oned.pid" || name == "config" || name == ".bootstrap.lock" ||
            name == "restored.json")
            continue;
        struct stat info {};
        ::lstat(at->path().c_str(), &info);
        auto text = std::to_string(info.st_mode) + " ";
        if (at->is_symlink())
            text += fs::read_symlink(at->path()).string();
        else if (name == "one.db")
            text = machine.sql(".dump");
        else if (at->is_regular_file())
            text += machine.read("lib/" + path);
        state[path] = text;
    }
    return state;
}

class FrontEndTest : public testing::Test {
protected:
    void SetUp() override
    {
        if (::access("/usr/bin/sqlite3", X_OK) != 0) GTEST_SKIP() << "no sqlite3 here (packaging/build-deps)";
        std::string pattern = testing::TempDir() + "backupXXXXXX";
        folder = ::mkdtemp(pattern.data());
        folder = fs::canonical(folder);
        old.emplace(folder + "/old");
        fresh.emplace(folder + "/fresh");
        file = folder + "/backup.tar.gz";
    }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] std::string back_up_old() const
    {
        const auto done = back_up_to(old->where, file, "");
        return done ? "" : to_text(done.error());
    }
    [[nodiscard]] std::string bytes_of(const std::string& path) const
    {
        std::ifstream in{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    std::string restore_from(std::string_view bytes, Present present = Present::refuse)
    {
        words.clear();
        const auto done = restore(fresh->where, from(bytes), "the backup", present,
                                  [this](const std::string& word) { words += word + "\n"; });
        aside = done ? done->aside : "";
        return done ? "" : to_text(done.error());
    }
    std::string go_on_with_it()
    {
        const auto done = go_on(fresh->where, [](const std::string&) {});
        return done ? "" : to_text(done.error());
    }

    std::string folder{};
    std::string file{};
    std::string words{};
    std::string aside{};
    std::optional<Machine> old{};
    std::optional<Machine> fresh{};
};

}  // namespace onefrontend::backup
