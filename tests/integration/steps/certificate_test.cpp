// What the real ssh believes of a node's sshd: a certificate of ours for its name, and nothing that only looks like it.
#include "common/identity/ssh_authority.hpp"
#include "common/ssh/known_hosts.hpp"
#include "tests/integration/steps/sshd.hpp"
#include "tests/integration/steps/this_machine.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace onenode {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

std::string contents_of(const std::string& path)
{
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

class Certificates : public OnThisMachine {
protected:
    void SetUp() override
    {
        OnThisMachine::SetUp();
        if (IsSkipped()) return;
        if (::access("/usr/sbin/sshd", X_OK) != 0) GTEST_SKIP() << "no sshd here";
        std::ofstream{"/etc/hosts", std::ios::app} << "127.0.0.1 node2 node9\n";
        desired_.ssh_authorities = {to_line(*one::identity::ssh_public_key_of(authority_))};
    }

    [[nodiscard]] std::string sign(const one::Secret& authority, std::vector<std::string> names,
                                   system_clock::time_point until) const
    {
        one::ssh::HostCertificate what;
        what.subject = *one::ssh::parse_public_key(host_key());
        what.serial = 7;
        what.key_id = "node-7";
        what.principals = std::move(names);
        what.valid_after = system_clock::now() - 48h;
        what.valid_before = until;
        return *one::identity::issue(authority, std::move(what));
    }
    std::string sign(std::vector<std::string> names) const
    {
        return sign(authority_, std::move(names), system_clock::now() + 24h);
    }
    [[nodiscard]] std::string host_key() const
    {
        const auto line = contents_of(layers_ + "/host.pub");
        return line.substr(0, line.find('\n'));
    }

    /// ssh as oneadmin to that name, where node2 is known by this key; what it says.
    std::string try_to_reach(const std::string& name, const std::string& certificate, const std::string& pin)
    {
        std::ofstream{layers_ + "/host-cert.pub", std::ios::trunc} << certificate << '\n';
        const Sshd sshd{layers_ + "/host", layers_, "HostCertificate " + layers_ + "/host-cert.pub\n"};
        desired_.peer_known_hosts = {
            fmt::format("{0},127.0.0.1,[{0}]:{1},[127.0.0.1]:{1} {2}", name, sshd.port(), pin)};
        const auto joined = join();
        if (!joined) return one::to_text(joined.error());
        const auto tried = as_oneadmin({"ssh", "-o", "BatchMode=yes", "-p", std::to_string(sshd.port()), name, "true"});
        return tried ? tried->err : one::to_text(tried.error());
    }
    static bool is_believed(const std::string& said) { return said.find("Permission denied (publickey)") != said.npos; }
    static bool is_refused(const std::string& said) { return said.find("Host key verification failed") != said.npos; }

    one::Secret authority_ = *one::identity::make_ssh_authority();
    const std::string another_key_ = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICB0hn0pjZPPaC6IMV6lvtegrnKU2Ka7/hXIiTcSbmzb";
};

TEST_F(Certificates, ReadAsSshKeygenReadsThem)
{
    for (const std::string type : {"ed25519", "ecdsa", "rsa"}) {
        const auto key = layers_ + "/" + type;
        ASSERT_TRUE(host_.run({.argv = {"ssh-keygen", "-q", "-t", type, "-N", "", "-f", key}})->ok());
        one::ssh::HostCertificate what;
        what.subject = *one::ssh::parse_public_key(contents_of(key + ".pub"));
        what.serial = 0xfedcba9876543210;
        what.key_id = "node-7";
        what.principals = {"node2", "10.0.0.12"};
        what.valid_after = system_clock::time_point{1767225600s};
        what.valid_before = system_clock::time_point{1801440000s};
        std::ofstream{key + "-cert.pub"} << *one::identity::issue(authority_, std::move(what)) << '\n';
        const auto told = host_.run({.argv = {"ssh-keygen", "-L", "-f", key + "-cert.pub"},
                                     .environment = {{"TZ", "UTC"}, {"PATH", "/usr/bin"}}});
        ASSERT_TRUE(told && told->ok()) << (told ? told->err : one::to_text(told.error()));
        for (const auto* words : {"host certificate", "Key ID: \"node-7\"", "Serial: 18364758544493064720", "node2",
                                  "10.0.0.12", "from 2026-01-01T00:00:00 to 2027-02-01T00:00:00"})
            EXPECT_NE(told->out.find(words), std::string::npos) << type << ": " << words << "\n" << told->out;
    }
}

TEST_F(Certificates, AreEnoughWithoutAPin)
{
    const auto said = try_to_reach("node2", sign({"node2", "127.0.0.1"}), another_key_);
    EXPECT_TRUE(is_believed(said)) << said;
}

TEST_F(Certificates, UnknownKeysAreRefusedAlsoWithoutOne)
{
    const auto said = try_to_reach("node2", "", another_key_);
    EXPECT_TRUE(is_refused(said)) << said;
}

TEST_F(Certificates, ForAnotherNameAreRefused)
{
    const auto said = try_to_reach("node2", sign({"node9", "10.0.0.9"}), another_key_);
    EXPECT_TRUE(is_refused(said)) << said;
}

TEST_F(Certificates, OfAnotherCaAreRefused)
{
    const auto foreign = *one::identity::make_ssh_authority();
    const auto said = try_to_reach("node2", sign(foreign, {"node2"}, system_clock::now() + 24h), another_key_);
    EXPECT_TRUE(is_refused(said)) << said;
}

TEST_F(Certificates, ThatEndedAreRefusedButThePinStillCounts)
{
    const auto ended = sign(authority_, {"node2"}, system_clock::now() - 24h);
    EXPECT_TRUE(is_refused(try_to_reach("node2", ended, another_key_)));
    const auto said = try_to_reach("node2", ended, host_key());
    EXPECT_TRUE(is_believed(said)) << said;
}

TEST_F(Certificates, OfARevokedKeyAreRefusedHoweverGoodTheyAre)
{
    desired_.revoked_host_keys = {host_key()};
    const auto said = try_to_reach("node2", sign({"node2"}), another_key_);
    EXPECT_TRUE(is_refused(said)) << said;
    EXPECT_TRUE(is_refused(try_to_reach("node2", sign({"node2"}), host_key()))) << "its pin is of no use either";
}

TEST_F(Certificates, NeverSpeakForTheFrontend)
{
    desired_.frontend_names = {"node9"};
    desired_.frontend_known_hosts = {};
    const auto said = try_to_reach("node9", sign({"node9", "127.0.0.1"}), host_key());
    EXPECT_TRUE(is_refused(said)) << said;
}

TEST_F(Certificates, AreNamedInOurFileAloneAndGoWithUs)
{
    const std::string own_key = "/etc/ssh/ssh_host_ed25519_key";
    std::ofstream{"/etc/ssh/sshd_config"} << "Include /etc/ssh/sshd_config.d/*.conf\nHostKey " << own_key << "\n";
    std::filesystem::create_directories("/etc/ssh/sshd_config.d");
    for (const auto* file : {"", ".pub"})
        std::filesystem::remove(own_key + file);
    one::ssh::HostCertificate what;
    what.subject = *one::ssh::parse_public_key(make_key(own_key));
    what.principals = {"node1"};
    what.valid_before = system_clock::now() + 24h;
    desired_.ssh_host_certificates = {*one::identity::issue(authority_, std::move(what))};
    const auto before = contents();
    const auto shown = [this] { return host_.run({.argv = {"sshd", "-T"}})->out; };
    EXPECT_EQ(shown().find("onenode_host"), std::string::npos);

    ASSERT_TRUE(join());
    EXPECT_NE(shown().find("hostcertificate /etc/ssh/onenode_host_ed25519-cert.pub\n"), std::string::npos) << shown();
    EXPECT_TRUE(host_.run({.argv = {"sshd", "-t"}})->err.empty()) << "the certificate fits the key";
    ASSERT_TRUE(leave());
    EXPECT_EQ(shown().find("onenode_host"), std::string::npos);
    EXPECT_TRUE(differences(before, contents()).empty());
}

}  // namespace
}  // namespace onenode
