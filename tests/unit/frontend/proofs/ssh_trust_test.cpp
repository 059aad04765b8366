#include "frontend/proofs/ssh_trust.hpp"

#include "common/text/words.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/proofs/prover.hpp"
#include "tests/unit/frontend/fake/directory.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace onefrontend {
namespace {

constexpr auto key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdFDLqYJPvy9BRaQ4q1gkQ5LIWLzM4T8nJwLaD1G8Cv root@node1";
constexpr auto bare_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdFDLqYJPvy9BRaQ4q1gkQ5LIWLzM4T8nJwLaD1G8Cv";

Node node(std::string name, std::string address)
{
    Node made;
    made.name = std::move(name);
    made.address = std::move(address);
    made.ssh_host_keys = {key};
    return made;
}

TEST(SshConfig, SaysNothingWithoutNodes)
{
    EXPECT_TRUE(ssh_config_lines({}).empty());
}

TEST(SshConfig, NamesEveryNodeOnceByNameAndAddress)
{
    const auto lines =
        ssh_config_lines({node("node2", "10.0.0.2"), node("node1", "10.0.0.1"), node("node2", "10.0.0.2")});
    EXPECT_EQ(lines.front(), "Host 10.0.0.1 10.0.0.2 node1 node2");
}

TEST(SshConfig, LetsLinesBelowBelongToEveryHostAgain)
{
    EXPECT_EQ(ssh_config_lines({node("n1", "10.0.0.1")}).back(), "Host *");
}

TEST(SshConfig, KnowsANameBeforeTheHostBearsItOnceTheResolverDoes)
{
    auto renamed = node("n1", "10.0.0.1");
    renamed.phase = Phase::joined;
    renamed.rename.name = "n9";
    EXPECT_EQ(ssh_config_lines({renamed}).front(), "Host 10.0.0.1 n1 n9");
    EXPECT_NE(pinned_hosts({renamed}).find("n9"), std::string::npos);
    renamed.rename.trouble = "the front-end cannot resolve n9";
    EXPECT_EQ(ssh_config_lines({renamed}).front(), "Host 10.0.0.1 n1");
    renamed.rename.trouble.clear();
    renamed.rename.rejected = true;
    EXPECT_EQ(ssh_config_lines({renamed}).front(), "Host 10.0.0.1 n1");
}

TEST(SshConfig, KeepsTheKeysOfABannedNodeBecauseItsVmsMustStillBeMoved)
{
    auto banned = node("n1", "10.0.0.1");
    banned.banned = true;
    EXPECT_EQ(ssh_config_lines({banned}).front(), "Host 10.0.0.1 n1");
    EXPECT_EQ(pinned_hosts({banned}), pinned_hosts({node("n1", "10.0.0.1")}));
}

TEST(SshConfig, LetsNoPatternAndNoLineBreakThrough)
{
    for (const std::string name : {"*", "node?", "!node", "node1 *", "node1\nHost *", "a,b", "-oProxyCommand=x"}) {
        EXPECT_EQ(ssh_config_lines({node(name, "10.0.0.1")}).front(), "Host 10.0.0.1") << name;
        EXPECT_EQ(pinned_hosts({node(name, "10.0.0.1")}), "10.0.0.1 " + std::string{bare_key} + "\n") << name;
    }
    EXPECT_EQ(ssh_config_lines({node("node1", "10.0.0.*")}).front(), "Host node1");
    EXPECT_TRUE(ssh_config_lines({node("*", "*")}).empty());
}

TEST(PinnedHosts, PinsEveryKeyUnderNameAndAddress)
{
    EXPECT_EQ(pinned_hosts({node("node1", "10.0.0.1")}), "node1,10.0.0.1 " + std::string{bare_key} + "\n");
}

TEST(PinnedHosts, NameWhoElseVouchesAndWhichKeysCountNoMore)
{
    const std::string pin = "node1,10.0.0.1 " + std::string{bare_key} + "\n";
    const std::string other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICB0hn0pjZPPaC6IMV6lvtegrnKU2Ka7/hXIiTcSbmzb";
    const Vouching vouching{.authorities = {other + " ca"}, .revoked = {other, "garbage"}};
    EXPECT_EQ(pinned_hosts({node("node1", "10.0.0.1")}, vouching),
              pin + "@cert-authority node1,10.0.0.1 " + other + "\n@revoked * " + other + "\n");
    EXPECT_EQ(pinned_hosts({}, vouching), "") << "without nodes nothing is written";
}

TEST(PinnedHosts, WritesNamesAsSshLooksThemUp)
{
    EXPECT_TRUE(pinned_hosts({node("Node1", "FD00::1")}).starts_with("node1,fd00::1 "));
}

TEST(PinnedHosts, PinsAnotherPortAsWell)
{
    auto moved = node("node1", "10.0.0.1");
    moved.facts.ssh_port = 2222;
    EXPECT_TRUE(pinned_hosts({moved}).starts_with("node1,10.0.0.1,[node1]:2222,[10.0.0.1]:2222 "));
}

TEST(PinnedHosts, LeavesOutAKeyThatIsNone)
{
    auto damaged = node("node1", "10.0.0.1");
    damaged.ssh_host_keys = {"ssh-ed25519 AAAA", "@cert-authority * ssh-rsa AAAA", ""};
    EXPECT_EQ(pinned_hosts({damaged}), "");
}

TEST(PinnedHosts, KnowsOneNameWhereItIsTheAddress)
{
    EXPECT_TRUE(pinned_hosts({node("10.0.0.1", "10.0.0.1")}).starts_with("10.0.0.1 ssh-ed25519"));
}

class WrittenTrust : public testing::Test {
protected:
    WrittenTrust()
    {
        config.ssh_home = home.path();
        config.ssh_user = ::getpwuid(::geteuid())->pw_name;
    }
    static std::vector<Node> crowd(int count)
    {
        std::vector<Node> nodes;
        for (int number = 0; number < count; ++number) {
            auto made = node(fmt::format("hypervisor-{:05}.rack-{:03}.example.org", number, number / 40),
                             fmt::format("2001:db8:1234:5678:9abc:def0:{:x}:1", number));
            made.ssh_host_keys.push_back(
                "ecdsa-sha2-nistp256 "
                "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNuowpGbd8lDvVELpCNmz0oUEDzuJGZ"
                "SUgX9jbKzPwzqYtkq6PfCSSvhNBOtd+NaR0Gyl5TBZBkLNgdRjfnNlyw= root@node1");
            nodes.push_back(std::move(made));
        }
        return nodes;
    }
    [[nodiscard]] std::int64_t lines_of_pins() const
    {
        return std::ranges::count(home.read(".ssh/known_hosts_onenode"), '\n');
    }
    [[nodiscard]] ino_t file(std::string_view name) const
    {
        struct stat info {};
        EXPECT_EQ(::stat(home.path(name).c_str(), &info), 0) << name;
        return info.st_ino;
    }
    void write(const std::vector<Node>& nodes) const
    {
        const auto written = write_ssh_trust(config, nodes);
        ASSERT_TRUE(written) << to_line(written.error());
    }

    test::Directory home{};
    Config config{};
};

TEST_F(WrittenTrust, IsWrittenAndKeptForTwelveThousandNodesAndOneMore)
{
    auto nodes = crowd(12000);
    const auto lines_of_each = std::ranges::count(pinned_hosts({nodes.front()}), '\n');
    write(nodes);
    EXPECT_EQ(lines_of_pins(), 12000 * lines_of_each);
    const auto pins_before = file(".ssh/known_hosts_onenode");
    const auto config_before = file(".ssh/config");
    write(nodes);
    EXPECT_EQ(file(".ssh/known_hosts_onenode"), pins_before);
    EXPECT_EQ(file(".ssh/config"), config_before);

    nodes.push_back(node("one-more", "10.0.0.1"));
    write(nodes);
    EXPECT_EQ(lines_of_pins(), 12000 * lines_of_each + 1);
    EXPECT_NE(home.read(".ssh/config").find(" one-more"), std::string::npos);
}

TEST_F(WrittenTrust, TakesThePlaceOfAFileThatIsMuchLarger)
{
    write(crowd(12000));
    write({node("n1", "10.0.0.1")});
    EXPECT_EQ(lines_of_pins(), 1);
    home.write(".ssh/known_hosts_onenode", home.read(".ssh/known_hosts_onenode") + "n1 ssh-ed25519 AAAA\n");
    write({node("n1", "10.0.0.1")});
    EXPECT_EQ(lines_of_pins(), 1);
}

TEST_F(WrittenTrust, LeavesAConfigOfOthersThatIsBeyondAllMeasure)
{
    const std::string theirs(17 * small_file, '#');
    home.write(".ssh/config", theirs);
    const auto written = write_ssh_trust(config, {node("n1", "10.0.0.1")});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().reason, "it is larger than 16 MiB");
    EXPECT_EQ(home.read(".ssh/config"), theirs);
}

}  // namespace
}  // namespace onefrontend
