#include "frontend/cli/configure.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace onefrontend::cli {
namespace {

namespace fs = std::filesystem;

/// A root directory with the files of 7.4, and settings for it.
class Configure : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = testing::TempDir() + "configureXXXXXX";
        root = ::mkdtemp(pattern.data());
        fs::copy(SHIPPED_FILES "/7.4", root, fs::copy_options::recursive);
        write("/settings.yaml", "frontend: {address: one.example.com}\n");
    }
    void TearDown() override { fs::remove_all(root); }

    void write(const std::string& path, const std::string& text) const { std::ofstream{root + path} << text; }
    [[nodiscard]] std::string read(const std::string& path) const
    {
        std::ifstream file{root + path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    Exit run(ConfigureWish wish = {}, bool json = false)
    {
        wish.settings_file = root + "/settings.yaml";
        wish.root = root;
        out.str("");
        errors.str("");
        Terminal terminal{out, errors, json};
        const auto exit = run_configure(wish, terminal);
        if (!exit) errors << one::to_text(exit.error());
        return exit ? *exit : Exit::failed;
    }

    std::string root{};
    std::ostringstream out{};
    std::ostringstream errors{};
};

TEST_F(Configure, WritesOnceAndThenNothing)
{
    EXPECT_EQ(run(), Exit::ok) << errors.str();
    EXPECT_NE(read("/etc/one/oned.conf").find("HOSTNAME = \"one.example.com\""), std::string::npos);
    EXPECT_NE(read("/etc/ssh/sshd_config.d/10-onefrontend.conf").find("AllowUsers oneadmin"), std::string::npos);
    const auto stamp = fs::last_write_time(root + "/etc/one/oned.conf");
    EXPECT_EQ(run(), Exit::ok);
    EXPECT_NE(out.str().find("nothing changes"), std::string::npos);
    EXPECT_EQ(fs::last_write_time(root + "/etc/one/oned.conf"), stamp);
}

TEST_F(Configure, LooksWithoutWriting)
{
    const auto before = read("/etc/one/oned.conf");
    EXPECT_EQ(run({.check = true}), Exit::ok);
    EXPECT_NE(out.str().find("would change"), std::string::npos);
    EXPECT_EQ(run({.diff = true}), Exit::ok);
    EXPECT_NE(out.str().find("+HOSTNAME = \"one.example.com\""), std::string::npos);
    EXPECT_EQ(read("/etc/one/oned.conf"), before);
    EXPECT_FALSE(fs::exists(root + "/etc/onefrontend"));
}

TEST_F(Configure, KeepsModesAndMakesNewFilesAsTheyMustBe)
{
    ::chmod((root + "/etc/one/oned.conf").c_str(), 0600);
    ASSERT_EQ(run(), Exit::ok) << errors.str();
    struct stat info {};
    ASSERT_EQ(::stat((root + "/etc/one/oned.conf").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0600U);
    ASSERT_EQ(::stat((root + "/var/lib/one/.ssh/config").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0600U);
    ASSERT_EQ(::stat((root + "/var/lib/one/.ssh").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0700U);
}

TEST_F(Configure, WritesNothingWhereSomethingIsWrongAndSaysItAll)
{
    write("/settings.yaml", "frontend: {address: localhost}\nonegate: {port: 2633}\n");
    const auto before = read("/etc/one/oned.conf");
    EXPECT_EQ(run(), Exit::failed);
    EXPECT_NE(errors.str().find("frontend.address"), std::string::npos);
    EXPECT_NE(errors.str().find("onegate.port"), std::string::npos);
    EXPECT_EQ(read("/etc/one/oned.conf"), before);
}

TEST_F(Configure, ReadsItsOwnServicesFileAsTheServiceDoes)
{
    write("/settings.yaml", "frontend: {address: one.example.com}\nconfig: {onefrontend: {sweep_intervall: 5s}}\n");
    EXPECT_EQ(run(), Exit::failed);
    EXPECT_NE(errors.str().find("did you mean sweep_interval?"), std::string::npos);
}

TEST_F(Configure, PutsItsOwnFilesOnTheVolumeInTheImage)
{
    ASSERT_EQ(run({.image = true}), Exit::ok) << errors.str();
    EXPECT_NE(read("/etc/one/onefrontend/sshd.conf").find("HostKey /var/lib/one/ssh-host-keys/"), std::string::npos);
    EXPECT_NE(read("/etc/one/onefrontend/onefrontend.yaml").find("/var/lib/one/ssh-host-keys"), std::string::npos);
    EXPECT_FALSE(fs::exists(root + "/etc/ssh"));
    EXPECT_FALSE(fs::exists(root + "/etc/onefrontend"));
}

TEST_F(Configure, KeepsAsideWhatPeopleWroteWhereItMakesAFileAnew)
{
    const std::string shipped = SHIPPED_FILES "/7.4";
    ASSERT_EQ(run({.from = shipped}), Exit::ok) << errors.str();
    EXPECT_FALSE(fs::exists(root + "/etc/one/oned.conf.replaced"));
    write("/etc/one/oned.conf", read("/etc/one/oned.conf") + "# by hand\n");
    EXPECT_EQ(run({.from = shipped}), Exit::warnings);
    EXPECT_NE(errors.str().find("oned.conf.replaced"), std::string::npos);
    EXPECT_NE(read("/etc/one/oned.conf.replaced").find("# by hand"), std::string::npos);
    EXPECT_EQ(read("/etc/one/oned.conf").find("# by hand"), std::string::npos);
    EXPECT_EQ(run({.from = shipped}), Exit::ok);
}

TEST_F(Configure, NeverShowsThePassword)
{
    write("/settings.yaml",
          "frontend: {address: one.example.com}\ndatabase: {backend: mysql, credentials: {passwordFile: /pw}}\n");
    write("/pw", "s3cret word\n");
    EXPECT_EQ(run({.diff = true}), Exit::ok) << errors.str();
    EXPECT_EQ((out.str() + errors.str()).find("s3cret"), std::string::npos);
    ASSERT_EQ(run(), Exit::ok);
    EXPECT_NE(read("/etc/one/oned.conf").find("PASSWD = \"s3cret word\""), std::string::npos);
    write("/pw", "an0ther\n");
    EXPECT_EQ(run({.diff = true}, true), Exit::ok);
    EXPECT_NE(out.str().find("a password in it changes"), std::string::npos);
    EXPECT_EQ((out.str() + errors.str()).find("an0ther"), std::string::npos);
}

TEST_F(Configure, StartsFromTheShippedFilesWhereItIsTold)
{
    write("/settings.yaml", "frontend: {address: one.example.com}\nconfig: {oned: {SESSION_EXPIRATION_TIME: 5}}\n");
    ASSERT_EQ(run(), Exit::ok);
    write("/settings.yaml", "frontend: {address: one.example.com}\n");
    ASSERT_EQ(run(), Exit::ok);
    EXPECT_NE(read("/etc/one/oned.conf").find("SESSION_EXPIRATION_TIME = 5"), std::string::npos);
    ASSERT_EQ(run({.from = SHIPPED_FILES "/7.4"}), Exit::ok);
    EXPECT_NE(read("/etc/one/oned.conf").find("SESSION_EXPIRATION_TIME = 900"), std::string::npos);
}

TEST_F(Configure, RefusesALinkInAFilesPlace)
{
    write("/elsewhere", "mine\n");
    fs::create_directories(root + "/var/lib/one/.ssh");
    fs::create_symlink(root + "/elsewhere", root + "/var/lib/one/.ssh/config");
    EXPECT_EQ(run(), Exit::failed);
    EXPECT_EQ(read("/elsewhere"), "mine\n");
}

TEST_F(Configure, EndsWithWarningsWhereThereAreSome)
{
    write("/settings.yaml", "frontend: {address: one.example.com}\nconfig: {oned: {PORTT: 5}}\n");
    EXPECT_EQ(run({.check = true}), Exit::warnings);
    EXPECT_NE(errors.str().find("did you mean PORT?"), std::string::npos);
}

TEST_F(Configure, SaysTheSameAsJson)
{
    EXPECT_EQ(run({.check = true}, true), Exit::ok);
    EXPECT_NE(out.str().find(R"("event":"configured")"), std::string::npos);
    EXPECT_NE(out.str().find(R"("written":false)"), std::string::npos);
}

}  // namespace
}  // namespace onefrontend::cli
