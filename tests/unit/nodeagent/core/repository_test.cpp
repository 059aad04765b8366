// What apt-get and dnf say of a repository that does not do, and what a person is told; their words as apt 2.6 and dnf
// 4.14 print them.
#include "nodeagent/core/package_output.hpp"
#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/support/signing_key.hpp"

#include <gtest/gtest.h>

namespace onenode::packages {
namespace {

Source source(std::string tool)
{
    return {.tool = std::move(tool),
            .address = "https://mirror.example.com/",
            .signers = {{.fingerprint = std::string{one::test::signing_fingerprint}}}};
}

Error told(const char* tool, std::string said)
{
    return complaint_about(source(tool), {.exit_code = 1, .out = {}, .err = std::move(said)});
}

constexpr const char* dnf_failed =
    "Error: Failed to download metadata for repo 'onenode-opennebula': Cannot download repomd.xml: Cannot download "
    "repodata/repomd.xml: All mirrors were tried\n";

TEST(RepositoryComplaint, IsAboutTheKeyWhereAnotherOneSigned)
{
    for (const auto& error :
         {told("apt-get",
               "W: An error occurred during the signature verification. GPG error: file:/srv stable InRelease: "
               "The following signatures couldn't be verified because the public key is not available: "
               "NO_PUBKEY AA98\nE: Failed to fetch file:/srv/InRelease\n"),
          told("apt-get", "E: The repository 'http://mirror ./ Release' is not signed.\n"),
          told("dnf", "Error: Failed to download metadata for repo 'onenode-opennebula': repomd.xml GPG signature "
                      "verification error: Bad GPG signature\n")}) {
        EXPECT_EQ(error.kind, ErrorKind::untrusted) << error.reason;
        EXPECT_TRUE(error.reason.starts_with("it is not signed by BE1CF268DA8DA9D2DE2DA472AA9813D0163EEB41: "));
        EXPECT_NE(error.next.find("packages_key"), std::string::npos);
    }
}

TEST(RepositoryComplaint, IsAboutTheDistributionWhereNothingIsThere)
{
    for (const auto& error :
         {told("apt-get", "E: The repository 'http://mirror stable Release' does not have a Release file.\n"),
          told("apt-get", "E: Failed to fetch http://mirror/InRelease  404  Not Found [IP: 127.0.0.1 80]\n"),
          told("dnf", std::string{"Errors during downloading metadata for repository 'onenode-opennebula':\n  - Status "
                                  "code: 404 for http://mirror/repodata/repomd.xml (IP: 127.0.0.1)\n"} +
                          dnf_failed)}) {
        EXPECT_EQ(error.kind, ErrorKind::not_found) << error.reason;
        EXPECT_NE(error.next.find("packages_apt or packages_dnf"), std::string::npos);
    }
}

TEST(RepositoryComplaint, IsAboutTheNetworkWhereNobodyAnswers)
{
    for (const auto& error :
         {told("apt-get", "W: Failed to fetch http://mirror/InRelease  Could not connect to mirror:80 (10.0.0.1). - "
                          "connect (111: Connection refused)\n"),
          told("apt-get", "E: Failed to fetch http://mirror/InRelease  Temporary failure resolving 'mirror'\n"),
          told("dnf",
               std::string{"  - Curl error (6): Couldn't resolve host name for http://mirror/repodata/repomd.xml "
                           "[Could not resolve host: mirror]\n"} +
                   dnf_failed),
          told("dnf",
               std::string{"  - Curl error (7): Couldn't connect to server for http://mirror/repodata/repomd.xml\n"} +
                   dnf_failed)}) {
        EXPECT_EQ(error.kind, ErrorKind::unreachable) << error.reason;
        EXPECT_NE(error.next.find("a proxy"), std::string::npos);
        EXPECT_NE(error.reason.find("mirror"), std::string::npos);
    }
}

TEST(RepositoryComplaint, IsNotAboutTheDistributionForAnAddressThatHolds404)
{
    EXPECT_EQ(told("apt-get", "E: Failed to fetch http://mirror:4040/InRelease  Connection failed\n").kind,
              ErrorKind::unreachable);
    EXPECT_EQ(told("dnf", "Error: Failed to download metadata for repo 'one-404': Curl error (28)\n").kind,
              ErrorKind::unreachable);
}

TEST(RepositoryComplaint, IsOfTheToolsWordsWhereNobodyKnowsThem)
{
    EXPECT_EQ(told("apt-get", "E: Release file for http://mirror is expired\n").reason,
              "Release file for http://mirror is expired");
    EXPECT_EQ(told("dnf", "").reason, "dnf ended with 1");
}

TEST(RepositoryFiles, AreOnlyThoseThatAreNotThere)
{
    auto one = source(apt);
    one.suite = "stable";
    one.component = "opennebula";
    one.key = "key";
    FakeHost host;
    host.with_directory("/etc/apt/keyrings");
    const auto changes = to_add(host, one);
    ASSERT_EQ(changes.size(), 2U);
    for (const auto& change : changes)
        host.with_file(std::get<WriteFile>(change).path, std::get<WriteFile>(change).text);
    EXPECT_TRUE(to_add(host, one).empty());
    one.address = "https://mirror.example.com/7.6/";
    EXPECT_EQ(to_add(host, one).size(), 1U);
}

}  // namespace
}  // namespace onenode::packages
