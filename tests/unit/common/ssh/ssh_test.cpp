// Key lines as ssh-keygen writes them, and everything that only looks like one.
#include "common/ssh/known_hosts.hpp"
#include "common/ssh/public_key.hpp"
#include "common/text/encoding.hpp"
#include "tests/unit/support/seed.hpp"

#include <gtest/gtest.h>

using one::ssh::parse_known_host;
using one::ssh::parse_public_key;
using Strings = std::vector<std::string>;

namespace {

const std::string ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICB0hn0pjZPPaC6IMV6lvtegrnKU2Ka7/hXIiTcSbmzb";
const std::string ecdsa = "ecdsa-sha2-nistp256 "
                          "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBJajvJJ9E4qd6G1msVE4+"
                          "1VkqjFhN21kWJPI16ElmBm4gdXMmihaG4dAF0M+VTyIsgKLZPm6hlhwFnloHI0Qzk8=";

std::string why_not(std::string_view line)
{
    const auto key = parse_public_key(line);
    return key ? "good" : key.error().reason;
}

TEST(PublicKey, IsReadWithItsCommentAndPrintsTheFingerprintOfSshKeygen)
{
    const auto key = parse_public_key(ed25519 + " me@host and more\n");
    ASSERT_TRUE(key) << one::to_text(key.error());
    EXPECT_EQ(key->type, "ssh-ed25519");
    EXPECT_EQ(key->comment, "me@host and more");
    EXPECT_EQ(key->options, "");
    EXPECT_EQ(fingerprint(*key), "SHA256:ruVTyFxylrjKEVS4H3o1R9JTFTutB5eFY+nrH7GNDNU");
    EXPECT_EQ(fingerprint(*parse_public_key(ecdsa)), "SHA256:jpbQtwLzNpPOWqmCID7x8n5wSPNYgnAdU+7S5njL+lg");
    EXPECT_EQ(to_line(*key), ed25519 + " me@host and more");
}

TEST(PublicKey, KeepsOptionsWithQuotesAndCommas)
{
    const std::string options = R"(from="10.0.0.*,!10.0.0.9",command="echo \"a, b\" c",no-pty)";
    const auto key = parse_public_key(options + " " + ed25519 + " me");
    ASSERT_TRUE(key) << one::to_text(key.error());
    EXPECT_EQ(key->options, options);
    EXPECT_TRUE(same_key(*key, *parse_public_key(ed25519)));
}

TEST(PublicKey, SaysWhyALineIsRefused)
{
    EXPECT_EQ(why_not(""), "the line is empty");
    EXPECT_EQ(why_not("# " + ed25519), "the line is a comment");
    EXPECT_EQ(why_not("ssh-ed25519"), "it is not `type base64 comment`");
    EXPECT_EQ(why_not(ed25519 + "\n" + ed25519), "a line break or control character stands inside");
    EXPECT_EQ(why_not("ssh-rsa" + ed25519.substr(11)), "it says one type in front and holds another");
    EXPECT_EQ(why_not(ed25519.substr(0, 40)), "it was cut");
    EXPECT_EQ(why_not(ed25519.substr(0, 41)), "its base64 is damaged");
    EXPECT_EQ(why_not("ssh-dss AAAAB3NzaC1kc3M="), "its type is none that is known");
    EXPECT_EQ(why_not("command=\"x " + ed25519), "it is not `type base64 comment`");
    EXPECT_EQ(why_not(std::string(20000, 'a')), "the line is too long");
    const auto longer = *one::from_base64(ed25519.substr(12)) + "more";
    EXPECT_EQ(why_not("ssh-ed25519 " + one::to_base64(longer + "..")), "something follows the key in its base64");
}

TEST(PublicKey, SurvivesDamageAnywhere)
{
    auto random = one::test::seeded();
    for (int round = 0; round < 5000; ++round) {
        std::string line = "no-pty " + ecdsa + " me";
        for (std::size_t wrong = one::test::below(random, 4) + 1; wrong > 0; --wrong)
            line[one::test::below(random, line.size())] = static_cast<char>(random());
        const auto key = parse_public_key(line);
        if (key) {
            EXPECT_TRUE(parse_public_key(to_line(*key)));
        }
    }
}

TEST(KnownHosts, ReadNamesMarkersAndKeys)
{
    const auto host = parse_known_host("@cert-authority one.example.com,[10.0.0.1]:2222 " + ed25519 + " ca");
    ASSERT_TRUE(host) << one::to_text(host.error());
    EXPECT_EQ(host->marker, "@cert-authority");
    EXPECT_EQ(host->names, (Strings{"one.example.com", "[10.0.0.1]:2222"}));
    EXPECT_EQ(host->key.comment, "ca");
    EXPECT_EQ(to_line(*host), "@cert-authority one.example.com,[10.0.0.1]:2222 " + ed25519 + " ca");
}

TEST(KnownHosts, SayThatAHashedNameIsHashed)
{
    const auto host = parse_known_host("|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= " + ed25519);
    ASSERT_FALSE(host);
    EXPECT_NE(host.error().reason.find("hashed"), std::string::npos);
}

TEST(KnownHosts, RefuseWhatIsNoLine)
{
    for (const auto& line : {std::string{}, std::string{"#"}, std::string{"one.example.com"}, "@unknown a " + ed25519,
                             "a,,b " + ed25519, ",a " + ed25519, "a, " + ed25519, "a no-pty " + ed25519,
                             "a " + ed25519 + "\nb " + ed25519, std::string{"@revoked"}})
        EXPECT_FALSE(parse_known_host(line)) << line;
}

TEST(KnownHosts, NamesAreLowerCaseAndCarryAnUnusualPort)
{
    EXPECT_EQ(one::ssh::known_host_name("One.Example.com"), "one.example.com");
    EXPECT_EQ(one::ssh::known_host_name("10.0.0.1", 2222), "[10.0.0.1]:2222");
}

}  // namespace
