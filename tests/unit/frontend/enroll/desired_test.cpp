#include "frontend/enroll/desired.hpp"

#include "common/text/encoding.hpp"
#include "common/wire/repository.hpp"
#include "frontend/enroll/desired_source.hpp"
#include "frontend/enroll/files.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"
#include "tests/unit/support/signing_key.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace onefrontend {
namespace {

Node node(int id, const char* name, Phase phase = Phase::joined)
{
    Node made;
    made.id = id;
    made.name = name;
    made.type = "kvm";
    made.address = "10.0.0." + std::to_string(id);
    made.phase = phase;
    return made;
}

TEST(MonitorEndpoint, IsWhatNetworkSays)
{
    EXPECT_EQ(*monitor_endpoint("NETWORK=[MONITOR_ADDRESS=\"one.example.com\",PORT=4125]"),
              (MonitorEndpoint{"one.example.com", 4125}));
}

TEST(MonitorEndpoint, HasDefaultsOnlyWhereNetworkIsNotThere)
{
    EXPECT_EQ(*monitor_endpoint("MANAGER_TIMER=15\n"), (MonitorEndpoint{"auto", 4124}));
    EXPECT_EQ(one::to_line(monitor_endpoint("NETWORK=[ADDRESS=\"::\"]").error()), "cannot use NETWORK: it has no PORT");
    EXPECT_FALSE(monitor_endpoint("NETWORK=[PORT=99999]"));
    EXPECT_FALSE(monitor_endpoint("NETWORK=[PORT=\"41x\"]"));
}

TEST(Peers, AreJoinedNodesUnderPlainNames)
{
    std::vector nodes{node(1, "kvm2"),
                      node(2, "kvm1"),
                      node(3, "not-yet", Phase::enrolled),
                      node(4, "dotted.example.com"),
                      node(5, "10.0.0.5"),
                      node(6, "one"),
                      node(7, "removed")};
    nodes.back().banned = true;
    const auto peers = peers_of(nodes, {"ONE", "10.0.0.1"});
    ASSERT_EQ(peers.size(), 2U);
    EXPECT_EQ(peers[0], (one::wire::NamedAddress{"kvm1", "10.0.0.2"}));
}

TEST(DesiredState, LeavesTheNodeItselfOutOfItsPeers)
{
    DesiredInputs inputs;
    inputs.peers = {{"kvm1", "10.0.0.1"}, {"kvm2", "10.0.0.2"}};
    EXPECT_EQ(desired_for(node(1, "kvm1"), inputs).peers.size(), 1U);
}

TEST(DesiredState, HasAnotherVersionWhenAnythingIsOther)
{
    DesiredInputs inputs;
    const auto version = desired_for(node(1, "kvm1"), inputs).version;
    EXPECT_EQ(desired_for(node(1, "kvm1"), inputs).version, version);
    inputs.oneadmin_keys = {"ssh-ed25519 AAAA"};
    inputs.written = written(inputs, {});
    EXPECT_NE(desired_for(node(1, "kvm1"), inputs).version, version);
}

TEST(DesiredState, HasTheVersionThatANodeIsToldWithoutMakingIt)
{
    DesiredInputs inputs;
    inputs.written = written(inputs, {});
    auto other = node(1, "kvm1");
    EXPECT_EQ(version_for(other, inputs), desired_for(other, inputs).version);
    const auto version = version_for(other, inputs);
    other.ssh_host_certificates = {"ssh-ed25519-cert-v01@openssh.com AAAA"};
    EXPECT_NE(version_for(other, inputs), version);
    EXPECT_NE(version_for(node(2, "kvm2"), inputs), version);
}

DesiredInputs some_inputs()
{
    DesiredInputs inputs;
    inputs.opennebula = "7.4.0";
    inputs.zone = "OpenNebula \"one\"";
    inputs.oneadmin_keys = {"ssh-ed25519 AAAA"};
    inputs.known_hosts = {"one ssh-ed25519 AAAB"};
    inputs.frontend_names = {"one"};
    inputs.peers = {{"kvm1", "10.0.0.1"}, {"kvm2", "10.0.0.2"}};
    inputs.peer_known_hosts = {"kvm1 ssh-ed25519 AAAC"};
    inputs.vouching = {.authorities = {"ssh-ed25519 AAAD"}, .revoked = {"ssh-ed25519 AAAE"}};
    inputs.written = written(inputs, {});
    return inputs;
}

TEST(DesiredText, IsTheStateWithoutItsNeighbours)
{
    const auto inputs = some_inputs();
    auto who = node(1, "kvm1");
    who.ssh_host_certificates = {"ssh-ed25519-cert-v01@openssh.com AAAA"};
    auto state = desired_for(who, inputs);
    const auto told = one::wire::from_json<one::wire::DesiredState>(desired_text_for(who, inputs));
    ASSERT_TRUE(told) << one::to_text(told.error());
    EXPECT_FALSE(state.peers.empty() || state.peer_known_hosts.empty());
    EXPECT_EQ(told->revoked_host_keys, inputs.vouching.revoked) << "these are urgent";
    state.peers.clear();
    state.peer_known_hosts.clear();
    EXPECT_EQ(*told, state);
    EXPECT_EQ(told->neighbours, one::to_hex(one::sha256(*inputs.written.neighbours)));
}

TEST(DesiredText, IsOtherWhereTheClusterOrTheHostSaysSo)
{
    auto inputs = some_inputs();
    inputs.frontend_addresses = {"10.0.0.9"};
    inputs.overrides.clusters = {{0, {}}, {5, {.frontend_addresses = {"192.0.2.9"}}}};
    inputs.written = written(inputs, {});
    inputs.written_otherwise = written_otherwise(inputs);
    auto here = node(1, "kvm1");
    here.cluster_id = 0;
    auto there = node(2, "kvm2");
    there.cluster_id = 5;
    const auto told = [&inputs](const Node& who) {
        const auto state = desired_for(who, inputs);
        EXPECT_EQ(state.version, version_for(who, inputs));
        const auto text = one::wire::from_json<one::wire::DesiredState>(desired_text_for(who, inputs));
        EXPECT_TRUE(text && text->version == state.version && text->frontend_addresses == state.frontend_addresses);
        return state.frontend_addresses;
    };
    EXPECT_EQ(told(here), inputs.frontend_addresses);
    EXPECT_EQ(told(there), std::vector<std::string>{"192.0.2.9"});
    there.cluster_id = 0;
    const auto elsewhere = version_for(there, inputs);
    there.cluster_id = 5;
    EXPECT_NE(version_for(there, inputs), elsewhere) << "who waits for another version must be woken by it";
}

TEST(DesiredText, HasAnotherVersionWhenTheNeighboursAreOthers)
{
    auto inputs = some_inputs();
    const auto version = version_for(node(1, "kvm1"), inputs);
    for (const auto& change : std::vector<void (*)(DesiredInputs&)>{
             [](DesiredInputs& in) { in.peers.pop_back(); },
             [](DesiredInputs& in) { in.peer_known_hosts.emplace_back("kvm2 ssh-ed25519 AAAF"); }}) {
        auto other = inputs;
        change(other);
        other.written = written(other, inputs);
        EXPECT_NE(other.written.neighbours_digest, inputs.written.neighbours_digest);
        EXPECT_NE(version_for(node(1, "kvm1"), other), version);
    }
}

TEST(DesiredText, HasTheSameNeighboursWhereOnlyOtherThingsChange)
{
    const auto before = some_inputs();
    auto inputs = before;
    inputs.oneadmin_keys.emplace_back("ssh-ed25519 AAAG");
    inputs.written = written(inputs, before);
    EXPECT_EQ(inputs.written.neighbours, before.written.neighbours) << "one text, not two that are alike";
    EXPECT_NE(inputs.written.digest, before.written.digest);
}

class LocalInputs : public testing::Test {
protected:
    Result<> read() { return read_local_inputs(site.config, inputs); }
    std::string refusal()
    {
        const auto outcome = read();
        return outcome ? "" : one::to_line(outcome.error());
    }

    test::Site site{};
    DesiredInputs inputs{};
};

TEST_F(LocalInputs, ComeFromKeysAndMonitordConf)
{
    ASSERT_TRUE(read());
    EXPECT_EQ(inputs.oneadmin_keys, std::vector<std::string>{std::string{test::some_ssh_key} + " oneadmin@frontend"});
    EXPECT_EQ(inputs.known_hosts,
              std::vector<std::string>{std::string{"one.example.test,192.0.2.1 "} + test::some_ssh_key});
    EXPECT_EQ(inputs.monitor_address, "auto");
    EXPECT_EQ(inputs.frontend_names, site.config.server_names);
}

TEST_F(LocalInputs, TellThePortOfSshWhereItIsAnother)
{
    site.config.ssh_port = 30022;
    ASSERT_TRUE(read());
    EXPECT_EQ(inputs.known_hosts, std::vector<std::string>{std::string{"[one.example.test]:30022,[192.0.2.1]:30022 "} +
                                                           test::some_ssh_key});
}

TEST_F(LocalInputs, NameTheRepositoryOfTheFrontEndsRelease)
{
    site.directory.write("packages.asc", std::string{one::test::signing_key});
    site.config.packages_key = site.directory.path("packages.asc");
    ASSERT_TRUE(read());
    EXPECT_FALSE(is_named(desired_for(node(1, "kvm1"), inputs).repository)) << "oned has not told its version yet";
    inputs.opennebula = "7.4.0";
    const auto repository = desired_for(node(1, "kvm1"), inputs).repository;
    EXPECT_EQ(repository.apt, "https://downloads.opennebula.io/repo/7.4/{distribution}/{version}");
    EXPECT_EQ(repository.dnf, "https://downloads.opennebula.io/repo/7.4/{distribution}/{version}/$basearch");
    EXPECT_EQ(repository.key, one::test::signing_key);
    EXPECT_TRUE(must_be_usable(repository));
    const auto before = local_inputs_stamp(site.config);
    site.directory.write("packages.asc", "another\n");
    EXPECT_NE(local_inputs_stamp(site.config), before);
    ASSERT_TRUE(read()) << "machines join all the same";
    EXPECT_EQ(desired_for(node(1, "kvm1"), inputs).repository, repository)
        << "nodes are told what they were told before";
    const auto unusable = read_repository(site.config);
    ASSERT_FALSE(unusable);
    EXPECT_NE(one::to_text(unusable.error()).find("packages.asc: it holds no public key"), std::string::npos);
    EXPECT_NE(unusable.error().next.find("gpg --armor --export"), std::string::npos);
}

TEST_F(LocalInputs, RefuseASecretKeyAndRepeatNothingOfIt)
{
    const std::string key = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nHUNTER2\n-----END PGP PRIVATE KEY BLOCK-----\n";
    site.directory.write("packages.asc", key);
    site.config.packages_key = site.directory.path("packages.asc");
    const auto unusable = read_repository(site.config);
    ASSERT_FALSE(unusable);
    EXPECT_EQ(one::to_text(unusable.error()),
              "cannot use packages_key " + site.config.packages_key +
                  ": it is a secret key, which must never leave its owner\n"
                  "take that file away from here, and give the public key: gpg --armor --export FINGERPRINT");
}

TEST_F(LocalInputs, NameNoRepositoryWhereThereIsNoKeyOrItIsSwitchedOff)
{
    EXPECT_FALSE(is_named(*read_repository(site.config, {site.directory.path("absent.gpg")})));
    site.directory.write("usual.gpg", std::string{one::test::signing_key});
    EXPECT_EQ(read_repository(site.config, {site.directory.path("absent.gpg"), site.directory.path("usual.gpg")})->key,
              one::test::signing_key);
    site.config.packages_apt.clear();
    site.config.packages_dnf.clear();
    site.config.packages_key = site.directory.path("absent.gpg");
    EXPECT_FALSE(is_named(*read_repository(site.config)));
}

TEST_F(LocalInputs, TakeTheDatastoresFromOnedConf)
{
    ASSERT_TRUE(read());
    EXPECT_EQ(inputs.datastore_location, "/var/lib/one/datastores");
    const auto before = local_inputs_stamp(site.config);
    site.directory.write("etc/oned.conf", "PORT = 2633\nDATASTORE_LOCATION = \"/srv/ds\"\n");
    EXPECT_NE(local_inputs_stamp(site.config), before);
    ASSERT_TRUE(read());
    EXPECT_EQ(inputs.datastore_location, "/srv/ds");
    EXPECT_EQ(desired_for(node(1, "kvm1"), inputs).datastore_location, "/srv/ds");
}

TEST_F(LocalInputs, TakeTheUsualDatastoresWhereOnedConfSaysNothing)
{
    EXPECT_EQ(datastore_location("PORT = 2633\n"), "/var/lib/one/datastores");
    EXPECT_EQ(datastore_location("= broken"), "/var/lib/one/datastores");
}

TEST_F(LocalInputs, AreNoneWhenAKeyIsBroken)
{
    site.directory.write("home/.ssh/id_rsa.pub", "ssh-rsa AAAA half\n");
    EXPECT_NE(refusal().find("/home/.ssh/id_rsa.pub: "), std::string::npos) << refusal();
}

TEST_F(LocalInputs, LeaveCertificatesOut)
{
    site.directory.write("home/.ssh/id_ed25519-cert.pub", "ssh-ed25519-cert-v01@openssh.com AAAA\n");
    EXPECT_TRUE(read());
}

TEST_F(LocalInputs, NameWhatIsMissing)
{
    std::filesystem::remove(site.directory.path("etc/monitord.conf"));
    EXPECT_NE(refusal().find("etc/monitord.conf: No such file"), std::string::npos);
    std::filesystem::remove(site.directory.path("etc/ssh/ssh_host_ed25519_key.pub"));
    EXPECT_NE(refusal().find("there is no SSH host key"), std::string::npos);
    std::filesystem::remove(site.directory.path("home/.ssh/id_ed25519.pub"));
    EXPECT_NE(refusal().find("there is no public key"), std::string::npos);
}

TEST_F(LocalInputs, NameTheLineOfABrokenMonitordConf)
{
    site.directory.write("etc/monitord.conf", "A=1\nNETWORK=[\n");
    EXPECT_NE(refusal().find("etc/monitord.conf, line 3"), std::string::npos) << refusal();
}

TEST_F(LocalInputs, HaveAStampThatChangesWithAnyFile)
{
    const auto before = local_inputs_stamp(site.config);
    EXPECT_EQ(local_inputs_stamp(site.config), before);
    site.directory.write("home/.ssh/id_new.pub", test::some_ssh_key);
    EXPECT_NE(local_inputs_stamp(site.config), before);
}

class DesiredSourceTest : public testing::Test {
protected:
    test::Site site{};
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    one::asio::thread_pool pool{1};
    DesiredSource source{site.config, cloud, pool};
};

TEST_F(DesiredSourceTest, HasNothingToSayBeforeItLooked)
{
    EXPECT_EQ(source.inputs().error().kind, one::ErrorKind::busy);
}

TEST_F(DesiredSourceTest, GrowsItsRevisionOnlyWhenSomethingChanged)
{
    ASSERT_TRUE(test::run(source.refresh()));
    const auto revision = source.revision();
    EXPECT_EQ((*source.inputs())->opennebula, "7.4.0");
    EXPECT_EQ((*source.inputs())->zone, "OpenNebula");
    ASSERT_TRUE(test::run(source.refresh()));
    EXPECT_EQ(source.revision(), revision);
    site.directory.write("home/.ssh/id_new.pub", std::string{test::another_ssh_key} + " new");
    ASSERT_TRUE(test::run(source.refresh()));
    EXPECT_GT(source.revision(), revision);
    EXPECT_EQ((*source.inputs())->oneadmin_keys.size(), 2U);
}

TEST_F(DesiredSourceTest, TakesWhatClustersAndHostsSayOtherwise)
{
    ASSERT_TRUE(test::run(source.refresh()));
    const auto revision = source.revision();
    one.clusters[0].own_attributes = {{"ONENODE_FRONTEND_ADDRESSES", "192.0.2.9"}};
    ASSERT_TRUE(test::run(source.refresh()));
    EXPECT_GT(source.revision(), revision);
    auto who = node(1, "kvm1");
    who.cluster_id = 0;
    EXPECT_EQ(desired_for(who, **source.inputs()).frontend_addresses, std::vector<std::string>{"192.0.2.9"});
    one.clusters[0].own_attributes.clear();
    ASSERT_TRUE(test::run(source.refresh()));
    EXPECT_NE(desired_for(who, **source.inputs()).frontend_addresses, std::vector<std::string>{"192.0.2.9"});
}

TEST_F(DesiredSourceTest, KeepsTheLastGoodInputs)
{
    ASSERT_TRUE(test::run(source.refresh()));
    one.away = true;
    site.directory.write("home/.ssh/id_ed25519.pub", "half a k");
    EXPECT_FALSE(test::run(source.refresh()));
    EXPECT_EQ((*source.inputs())->oneadmin_keys.size(), 1U);
}

TEST_F(DesiredSourceTest, SaysWhyItHasNothing)
{
    std::filesystem::remove(site.directory.path("etc/monitord.conf"));
    EXPECT_FALSE(test::run(source.refresh()));
    EXPECT_EQ(source.inputs().error().kind, one::ErrorKind::busy) << "the node may try again";
    EXPECT_NE(one::to_line(source.inputs().error()).find("monitord.conf"), std::string::npos);
}

TEST(Files, AreReplacedWithTheirModeAndNothingElseIsLeft)
{
    const test::Directory directory;
    ASSERT_TRUE(replace_file(directory.path("a"), "one", 0600));
    ASSERT_TRUE(replace_file(directory.path("a"), "two", 0640));
    EXPECT_EQ(directory.read("a"), "two");
    EXPECT_EQ(files_like(directory.path(), "", "").size(), 3U) << "., .. and a";
    EXPECT_FALSE(replace_file(directory.path("no/a"), "x", 0600));
    EXPECT_FALSE(read_small_file(directory.path())) << "a directory";
    EXPECT_EQ(read_small_file("/dev/zero").error().kind, one::ErrorKind::invalid);
}

}  // namespace
}  // namespace onefrontend
