// What is signed says what was asked for; that ssh itself believes it is shown in tests/integration/steps.
#include "common/identity/ssh_authority.hpp"

#include "common/identity/key.hpp"

#include <gtest/gtest.h>

#include <map>

namespace one::identity {
namespace {

using namespace std::chrono_literals;

const std::chrono::system_clock::time_point noon{std::chrono::hours{24 * 20000}};

ssh::PublicKey key(const std::string& type)
{
    static const std::map<std::string, std::string> lines{
        {"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAICB0hn0pjZPPaC6IMV6lvtegrnKU2Ka7/hXIiTcSbmzb"},
        {"ecdsa-sha2-nistp256", "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBJajvJJ9E4qd6G1msVE4+"
                                "1VkqjFhN21kWJPI16ElmBm4gdXMmihaG4dAF0M+VTyIsgKLZPm6hlhwFnloHI0Qzk8="},
    };
    return *ssh::parse_public_key(type + ' ' + lines.at(type));
}

ssh::HostCertificate wanted(const std::string& type = "ssh-ed25519")
{
    return {.subject = key(type),
            .serial = 0xfedcba9876543210,
            .key_id = "node-7",
            .principals = {"node1", "10.0.0.11"},
            .valid_after = noon,
            .valid_before = noon + 24h};
}

TEST(SshAuthority, SignsWhatIsAskedFor)
{
    const auto authority = make_ssh_authority();
    ASSERT_TRUE(authority) << one::to_text(authority.error());
    for (const auto* type : {"ssh-ed25519", "ecdsa-sha2-nistp256"}) {
        const auto line = issue(*authority, wanted(type));
        ASSERT_TRUE(line) << one::to_text(line.error());
        auto expected = wanted(type);
        expected.authority = *ssh_public_key_of(*authority);
        EXPECT_EQ(*ssh::parse_host_certificate(*line), expected);
    }
}

TEST(SshAuthority, SignsNoTwoAlike)
{
    const auto authority = *make_ssh_authority();
    EXPECT_NE(*issue(authority, wanted()), *issue(authority, wanted())) << "each has its own nonce";
}

TEST(SshAuthority, NeverSignsForEveryName)
{
    auto what = wanted();
    what.principals.clear();
    EXPECT_FALSE(issue(*make_ssh_authority(), std::move(what)));
}

TEST(SshAuthority, IsAnEd25519KeyAndNoOther)
{
    EXPECT_FALSE(issue(*make_private_key(), wanted()));
    EXPECT_FALSE(ssh_public_key_of(Secret{std::string_view{"garbage"}}));
}

TEST(SshAuthority, LeavesKeysOfSecurityTokensAlone)
{
    auto what = wanted();
    what.subject.type = "sk-ssh-ed25519@openssh.com";
    EXPECT_FALSE(may_be_certified(what.subject));
    EXPECT_FALSE(issue(*make_ssh_authority(), std::move(what)));
}

}  // namespace
}  // namespace one::identity
