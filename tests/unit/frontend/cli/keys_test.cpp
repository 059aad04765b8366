// onefrontend keys rotate, with the real ssh-keygen.
#include "frontend/cli/keys.hpp"

#include "common/command.hpp"
#include "frontend/cli/key_pair.hpp"
#include "frontend/enroll/key_ring.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

namespace onefrontend::cli {
namespace {

class RotatedKeys : public testing::Test {
protected:
    RotatedKeys()
    {
        site.config.ssh_home = site.directory.path("home");
        site.config.ssh_user = ::getpwuid(::geteuid())->pw_name;
        site.config.ssh_auth_sock.clear();
        ::unsetenv("SSH_AUTH_SOCK");
        site.directory.write("home/.ssh/.keep", "");
        make("id_ed25519", {"-t", "ed25519", "-C", "oneadmin@one"});
        admin.config = &site.config;
        admin.cloud = &cloud;
        admin.user = "alice";
        admin.audit = [log = Audit{site.directory.path("audit.log")}](const auto& event) { return log.write(event); };
        admin.out = &terminal;
        admin.now = 1'000'000;
    }
    void make(const std::string& name, std::vector<std::string> words, const std::string& passphrase = {})
    {
        words.insert(words.begin(),
                     {"ssh-keygen", "-q", "-N", passphrase, "-f", site.directory.path("home/.ssh/" + name)});
        ASSERT_TRUE(one::run_command({.argv = words})->ok());
    }
    std::string read(const std::string& name) { return site.directory.read("home/.ssh/" + name); }
    bool has(const std::string& name) { return site.directory.has("home/.ssh/" + name); }
    KeyPair pair() { return find_key_pairs(site.config)->front(); }
    /// As `serve` tells nodes.
    void tell(const std::vector<std::string>& lines)
    {
        KeyRing ring = *test::run(find_key_ring(cloud));
        ring.keys.clear();
        for (const auto& line : lines)
            ring.keys.push_back({.line = line, .since = 1});
        ASSERT_TRUE(test::run(store_key_ring(cloud, ring)));
    }
    Result<Exit> rotate() { return test::run(keys_rotate(admin, std::chrono::seconds{0})); }

    test::Site site{};
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    std::ostringstream out{};
    std::ostringstream errors{};
    Terminal terminal{out, errors, false};
    Admin admin{};
};

TEST_F(RotatedKeys, AreOfTheSameTypeUnderTheSameNameAndTheFormerOneIsGone)
{
    const auto former = pair();
    const auto next = *make_next(former);
    tell({former.line, next.line});
    const auto exit = rotate();
    ASSERT_TRUE(exit) << one::to_text(exit.error());
    EXPECT_EQ(*exit, Exit::ok);
    EXPECT_EQ(read("id_ed25519.pub"), next.line + "\n");
    EXPECT_TRUE(next.line.starts_with("ssh-ed25519 ")) << next.line;
    EXPECT_TRUE(next.line.ends_with(" oneadmin@one")) << next.line;
    EXPECT_FALSE(has("id_ed25519.next") || has("id_ed25519.next.pub"));
    struct stat info {};
    ASSERT_EQ(::stat(site.directory.path("home/.ssh/id_ed25519").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
    EXPECT_NE(site.directory.read("audit.log").find("\"event\":\"oneadmin-key-rotated\",\"by\":\"alice\""),
              std::string::npos);
    EXPECT_TRUE(find_key_pairs(site.config)) << "both halves fit";
}

TEST_F(RotatedKeys, StayAsTheyAreWhereNobodyTellsTheNodes)
{
    const auto former = pair();
    tell({former.line});
    const auto refused = rotate();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().next.find("look whether serve runs"), std::string::npos);
    EXPECT_EQ(pair().line, former.line);
    const auto left = read("id_ed25519.next.pub");
    EXPECT_EQ(make_next(former)->line + "\n", left) << "the next run goes on with it";
}

TEST_F(RotatedKeys, WaitForNoNodeLongerThanTheyWereToldTo)
{
    Node node;
    node.name = "sick";
    node.phase = Phase::joined;
    one.put(node_document, to_json(node));
    tell({pair().line, make_next(pair())->line});
    const auto exit = rotate();
    ASSERT_TRUE(exit) << one::to_text(exit.error());
    EXPECT_EQ(*exit, Exit::warnings);
    EXPECT_NE(errors.str().find("they have not taken the new key: sick"), std::string::npos) << errors.str();
    EXPECT_NE(out.str().find("0 of 1 nodes let it in"), std::string::npos) << out.str();
}

TEST_F(RotatedKeys, GoOnWhereTheLastRunWasKilledBetweenTheTwoNames)
{
    const auto former = pair();
    const auto next = *make_next(former);
    std::filesystem::rename(next.file, former.file);
    tell({former.line, next.line});
    const auto exit = rotate();
    ASSERT_TRUE(exit) << one::to_text(exit.error());
    EXPECT_EQ(read("id_ed25519.pub"), next.line + "\n");
}

TEST_F(RotatedKeys, AreMadeAnewWhereTheLastRunWasKilledWhileItMadeThem)
{
    site.directory.write("home/.ssh/id_ed25519.next", "-----BEGIN OPENSSH");
    site.directory.write("home/.ssh/id_ed25519.next.pub", "ssh-ed25519 AAAA");
    const auto next = make_next(pair());
    ASSERT_TRUE(next) << one::to_text(next.error());
    EXPECT_EQ(make_next(pair())->line, next->line);
}

TEST_F(RotatedKeys, TakeThePlaceOfTheFormerOneInTheFrontEndsOwnAuthorizedKeys)
{
    const auto former = pair();
    site.directory.write("home/.ssh/authorized_keys",
                         "# mine\nfrom=\"10.0.0.1\" " + former.line + "\n" + test::some_ssh_key + " hers\n");
    const auto next = *make_next(former);
    ASSERT_TRUE(put_in_place(site.config, former, next));
    EXPECT_EQ(read("authorized_keys"),
              "# mine\nfrom=\"10.0.0.1\" " + next.line + "\n" + test::some_ssh_key + " hers\n");
}

TEST_F(RotatedKeys, AreNotThoseOfWhichOnlyAPersonKnowsThePassphrase)
{
    make("id_ecdsa", {"-t", "ecdsa"}, "hunter2");
    const auto refused = rotate();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().reason.find("passphrase"), std::string::npos);
    EXPECT_FALSE(has("id_ed25519.next")) << "refused before anything was made";
}

TEST_F(RotatedKeys, AreNoLinksToFilesOfOthers)
{
    std::filesystem::create_symlink("/etc/shadow", site.directory.path("home/.ssh/id_rsa"));
    EXPECT_FALSE(rotate());
    EXPECT_FALSE(has("id_ed25519.next"));
}

TEST_F(RotatedKeys, AreMissedWhereThereAreNone)
{
    std::filesystem::remove(site.directory.path("home/.ssh/id_ed25519"));
    const auto refused = rotate();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().next.find("ssh-keygen -t rsa"), std::string::npos);
}

}  // namespace
}  // namespace onefrontend::cli
