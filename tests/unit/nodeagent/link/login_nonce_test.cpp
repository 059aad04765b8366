// Who may read the nonce of a login proof: it shows that a login ended on the machine where root wrote it.
#include "nodeagent/link/login_nonce.hpp"
#include "nodeagent/link/places.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

const std::string path = std::string{places::run_dir} + "/login-abc";

constexpr std::uint32_t oneadmin = 9869;

struct LoginNonce : testing::Test {
    LoginNonce()
    {
        host.with_group({.name = "oneadmin", .gid = oneadmin});
        host.with_user({.name = "oneadmin", .uid = oneadmin, .gid = oneadmin, .groups = {oneadmin}});
    }
    FakeHost host{};
};

TEST_F(LoginNonce, IsRootsAndOnlyOneadminsGroupReadsIt)
{
    ASSERT_TRUE(write_login_nonce(host, {.nonce = "secret", .path = path}));
    EXPECT_EQ(host.read(path), "secret\n");
    const auto file = *host.stat(path);
    EXPECT_EQ(file.mode, 0640U);
    EXPECT_EQ(file.uid, 0U);
    EXPECT_EQ(file.gid, oneadmin);
    const auto directory = *host.stat(places::run_dir);
    EXPECT_EQ(directory.mode, 0750U);
    EXPECT_EQ(directory.uid, 0U);
    EXPECT_EQ(directory.gid, oneadmin);
}

TEST_F(LoginNonce, TakesRightsAwayThatADirectoryOrFileHadBefore)
{
    ASSERT_TRUE(host.make_directory({.path = places::run_dir, .mode = 0777, .owner = "oneadmin"}));
    ASSERT_TRUE(host.write({.path = path, .text = "forged", .mode = 0666, .owner = "oneadmin"}));
    ASSERT_TRUE(write_login_nonce(host, {.nonce = "secret", .path = path}));
    EXPECT_EQ(host.stat(path)->mode, 0640U);
    EXPECT_EQ(host.stat(path)->uid, 0U);
    EXPECT_EQ(host.stat(places::run_dir)->mode, 0750U);
    EXPECT_EQ(host.stat(places::run_dir)->uid, 0U);
}

TEST_F(LoginNonce, IsWrittenNowhereElse)
{
    for (const std::string& elsewhere :
         {std::string{"/etc/passwd"}, std::string{places::run_dir} + "/../shadow", std::string{places::run_dir} + "/",
          std::string{places::run_dir} + "/a/b", std::string{places::run_dir} + "/.hidden",
          std::string{places::agent_status}}) {
        const auto written = write_login_nonce(host, {.nonce = "secret", .path = elsewhere});
        ASSERT_FALSE(written) << elsewhere;
        EXPECT_EQ(written.error().kind, ErrorKind::untrusted) << elsewhere;
    }
    EXPECT_FALSE(host.stat(places::run_dir));
}

}  // namespace
}  // namespace onenode
