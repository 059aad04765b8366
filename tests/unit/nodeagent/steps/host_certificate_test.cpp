// A certificate is shown for a key of this machine's own, and only where sshd reads our file.
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

constexpr const char* certificate_file = "/etc/ssh/onenode_host_ed25519-cert.pub";
constexpr const char* drop_in = "/etc/ssh/sshd_config.d/00-onenode-certificate.conf";

Changes plan(const FakeHost& host, const DesiredState& desired = desired_state())
{
    return steps::host_certificate.plan(gather_facts(host, steps::all(), desired), desired);
}

const WriteFile* written(const Changes& changes, std::string_view path)
{
    for (const auto& change : changes)
        if (const auto* file = std::get_if<WriteFile>(&change); file != nullptr && file->path == path) return file;
    return nullptr;
}

TEST(HostCertificateStep, WritesTheCertificateBeforeTheLineThatNamesIt)
{
    const auto changes = plan(with_host_keys());
    ASSERT_EQ(changes.size(), 3U);
    EXPECT_EQ(std::get<WriteFile>(changes.front()).path, certificate_file);
    EXPECT_EQ(written(changes, certificate_file)->text, keys::certificate + "\n");
    ASSERT_NE(written(changes, drop_in), nullptr);
    EXPECT_TRUE(written(changes, drop_in)->text.ends_with("\nHostCertificate " + std::string{certificate_file} + "\n"));
    EXPECT_EQ(written(changes, drop_in)->verify, (std::vector<std::string>{"sshd", "-t", "-f", "%"}));
}

TEST(HostCertificateStep, PlansNothingForAKeyThatIsNotThisMachines)
{
    auto host = with_host_keys();
    host.with_file("/etc/ssh/ssh_host_ed25519_key.pub", keys::two + "\n");
    EXPECT_TRUE(plan(host).empty());
}

TEST(HostCertificateStep, PlansNothingWhereSshdReadsNoOtherFiles)
{
    auto host = with_host_keys();
    host.with_file("/etc/ssh/sshd_config", "PermitRootLogin no\n");
    EXPECT_TRUE(plan(host).empty());
}

TEST(HostCertificateStep, TakesNothingButCertificates)
{
    auto desired = desired_state();
    desired.ssh_host_certificates = {keys::host, "garbage", keys::certificate + "\nHostKey /tmp/evil"};
    EXPECT_TRUE(plan(with_host_keys(), desired).empty());
}

TEST(HostCertificateStep, LeavesAnOldCertificateWhereNoneComes)
{
    auto desired = desired_state();
    desired.ssh_host_certificates = {};
    auto host = with_host_keys();
    host.with_file(certificate_file, keys::certificate + "\n");
    EXPECT_TRUE(plan(host, desired).empty());
}

}  // namespace
}  // namespace onenode
