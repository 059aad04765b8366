// own-journal, own-identity, managed-files
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "nodeagent/core/before.hpp"
#include "nodeagent/core/journal.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace onenode::checks {
namespace {

constexpr const char* keys = "/var/lib/one/.ssh/authorized_keys";
constexpr const char* journal_file = "/var/lib/onenode/journal";
constexpr const char* block = "# begin onenode\nssh-ed25519 AAAA\n# end onenode\n";

FakeHost joined_node()
{
    auto host = healthy_node();
    host.with_directory("/var/lib/onenode", 0700)
        .with_directory("/var/lib/onenode/identity", 0700)
        .with_file("/var/lib/onenode/state.json", "{}", 0600)
        .with_file(keys, block, 0600, 9869);
    const auto now = std::chrono::system_clock::now();
    const auto authority = one::identity::make_authority("one", now, now + std::chrono::hours{1}).value();
    host.with_file("/var/lib/onenode/identity/node.key", std::string{one::identity::make_private_key()->reveal()}, 0600)
        .with_file("/var/lib/onenode/identity/node.crt", authority.certificate_pem)
        .with_file("/var/lib/onenode/identity/ca.crt", authority.certificate_pem);
    auto journal = Journal::open(host, "/var/lib/onenode");
    const WriteFile change{.path = keys, .text = block, .mode = 0600, .owner = "oneadmin", .block = "onenode"};
    EXPECT_TRUE(journal->record("ssh-in", change, BeforeFile{}, hash_of(block)));
    return host;
}

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

TEST(OwnState, IsNoMatterOnAMachineThatNobodyJoined)
{
    for (const auto* check : {&own_journal, &own_identity, &managed_files})
        EXPECT_TRUE(look(*check, healthy_node()).empty()) << check->id;
}

TEST(OwnState, IsFineAsAJoinLeftIt)
{
    for (const auto* check : {&own_journal, &own_identity, &managed_files})
        EXPECT_TRUE(look(*check, joined_node()).empty()) << check->id;
}

TEST(OwnJournal, FailsWhereItIsDamaged)
{
    auto host = joined_node();
    host.with_file(journal_file, *host.read(journal_file) + "garbage {{\n");
    const auto finding = only(look(own_journal, host));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_TRUE(holds(finding.message, "is damaged")) << finding.message;
    EXPECT_FALSE(finding.fix.empty());
    EXPECT_EQ(only(look(managed_files, host)).severity, Severity::not_checked);
}

TEST(OwnJournal, FailsWhereItIsGoneAndWhatItKnewIsNot)
{
    auto host = joined_node();
    ASSERT_TRUE(host.remove(journal_file));
    EXPECT_TRUE(holds(only(look(own_journal, host)).message, keys));
    ASSERT_TRUE(host.remove(keys));
    EXPECT_TRUE(look(own_journal, host).empty());
}

TEST(OwnIdentity, FailsWhereAFileIsGoneEmptyOrSomethingElse)
{
    for (const std::string name : {"node.key", "node.crt", "ca.crt"}) {
        const auto path = "/var/lib/onenode/identity/" + name;
        auto host = joined_node();
        host.with_file(path, "");
        EXPECT_TRUE(holds(only(look(own_identity, host)).message, path));
        host.with_file(path, "something else");
        const auto finding = only(look(own_identity, host));
        EXPECT_EQ(finding.severity, Severity::error);
        EXPECT_FALSE(holds(finding.message, "something else")) << "a key stays secret, also a broken one";
        ASSERT_TRUE(host.remove(path));
        EXPECT_TRUE(holds(only(look(own_identity, host)).fix, "onefrontend node remove"));
    }
}

TEST(ManagedFiles, FailsWhereOurLinesAreGone)
{
    auto host = joined_node();
    host.with_file(keys, "mine\n", 0600, 9869);
    const auto finding = only(look(managed_files, host));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_TRUE(holds(finding.message, keys)) << finding.message;
    EXPECT_TRUE(holds(finding.fix, "onenode.service"));
}

TEST(ManagedFiles, SaysHowSomethingInTheWayIsMovedAway)
{
    auto host = joined_node();
    ASSERT_TRUE(host.remove(keys));
    host.with_socket(keys, 0600, 9869, 9869);
    const auto finding = only(look(managed_files, host));
    EXPECT_TRUE(holds(finding.message, "it is no regular file any more")) << finding.message;
    EXPECT_TRUE(holds(finding.fix, std::string{"mv "} + keys + " /root/")) << finding.fix;
}

}  // namespace
}  // namespace onenode::checks
