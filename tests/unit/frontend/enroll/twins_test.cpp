// Who shares with whom what machines are told apart by, and what is said of it.
#include "frontend/enroll/twins.hpp"

#include <gmock/gmock.h>

namespace onefrontend {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* uuid = "4c4c4544-0043-3510-8052-b4c04f4d3732";
constexpr const char* initiator = "iqn.1993-08.org.debian:01:8f2";

Node joined(int id)
{
    Node node;
    node.id = id;
    node.name = "kvm" + std::to_string(id);
    node.address = "10.0.0." + std::to_string(id);
    node.type = "kvm";
    node.phase = Phase::joined;
    return node;
}

Node with_uuid(int id)
{
    Node node = joined(id);
    node.facts.libvirt_uuid = uuid;
    return node;
}

Node newcomer(int id = -1)
{
    Node node = with_uuid(9);
    node.id = id;
    node.phase = Phase::enrolled;
    return node;
}

std::vector<Trait> traits_of(const std::vector<Twin>& twins)
{
    std::vector<Trait> traits;
    for (const auto& twin : twins)
        traits.push_back(twin.trait);
    return traits;
}

TEST(Twins, AreToldWithTheValueAndTheNodeThatHasIt)
{
    const std::vector<Node> nodes{joined(4), with_uuid(5)};
    EXPECT_THAT(twins_of(newcomer(), nodes), ElementsAre(Twin{Trait::host_uuid, uuid, 5, "kvm5", "10.0.0.5"}));
}

TEST(Twins, AreFoundByEachThingThatNoTwoMachinesHave)
{
    Node one = with_uuid(5);
    one.facts.iscsi_initiator = initiator;
    one.facts.machine_id = "m1";
    one.facts.ssh_host_keys = {"ssh-rsa BBBB root@kvm5", "ssh-ed25519 AAAA root@kvm5"};
    one.facts.macs = {"52:54:00:00:00:01", "52:54:00:00:00:02"};
    Node other = one;
    other.id = 6;
    other.address = "10.0.0.6";
    other.facts.ssh_host_keys = {"ssh-ed25519 AAAA"};
    other.facts.macs = {"52:54:00:00:00:02"};
    EXPECT_THAT(traits_of(twins_of(other, std::vector{one})),
                ElementsAre(Trait::host_uuid, Trait::initiator, Trait::machine_id, Trait::host_key, Trait::mac));
}

TEST(Twins, AreNeverTwoThatHaveNothingOfIt)
{
    EXPECT_THAT(twins_of(joined(5), std::vector{joined(6)}), IsEmpty());
}

TEST(Twins, AreNotTheNodeItself)
{
    EXPECT_THAT(twins_of(with_uuid(5), std::vector{with_uuid(5)}), IsEmpty());
}

TEST(Twins, AreNotAnUnfinishedJoinOfTheSameAddress)
{
    Node earlier = newcomer(3);
    EXPECT_THAT(twins_of(newcomer(), std::vector{earlier}), IsEmpty()) << "this machine, installed anew since";
    earlier.address = "10.0.0.3";
    EXPECT_EQ(twins_of(newcomer(), std::vector{earlier}).size(), 1U) << "two that join at the same time";
}

TEST(Twins, ShareNoUuidWhereGuestsDoNotMove)
{
    Node containers = with_uuid(5);
    containers.type = "lxc";
    EXPECT_THAT(twins_of(newcomer(), std::vector{containers}), IsEmpty());
    EXPECT_THAT(twins_of(containers, std::vector{with_uuid(6)}), IsEmpty());
}

TEST(Twins, AreOneForEachThingHoweverManyShareIt)
{
    std::vector<Node> many;
    for (int id = 10; id < 200; ++id)
        many.push_back(with_uuid(id));
    const auto twins = twins_of(newcomer(), many);
    ASSERT_EQ(twins.size(), 1U);
    EXPECT_EQ(twins.front().node, 10);
}

TEST(Twins, OfAUuidOrAnInitiatorAreRefusedWithBothNamesTheReasonAndTheFix)
{
    const auto node = newcomer();
    const auto refused = must_have_no_twin(node, twins_of(node, std::vector{with_uuid(5)}));
    ASSERT_FALSE(refused);
    const auto& error = refused.error();
    EXPECT_EQ(error.kind, one::ErrorKind::conflict);
    EXPECT_EQ(
        to_line(error),
        "cannot use the host UUID 4c4c4544-0043-3510-8052-b4c04f4d3732: node 5 (kvm5) at 10.0.0.5 has it "
        "already, and kvm9 at 10.0.0.9 would be its twin: no guest migrates between the two (\"Attempt to migrate "
        "guest to the same host\")");
    EXPECT_THAT(error.next, HasSubstr("on kvm9: `"));
    EXPECT_THAT(error.next, HasSubstr(R"(echo "host_uuid = \"$(uuidgen)\"" >>/etc/libvirt/libvirtd.conf)"));
    EXPECT_THAT(error.next, HasSubstr("onefrontend node remove 5"));
}

TEST(Twins, OfBothAreToldInOneRefusal)
{
    Node node = newcomer();
    node.facts.iscsi_initiator = initiator;
    Node other = joined(6);
    other.facts.iscsi_initiator = initiator;
    const auto refused = must_have_no_twin(node, twins_of(node, std::vector{with_uuid(5), other}));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().reason, HasSubstr("kvm9 at 10.0.0.9 has the iSCSI initiator name " +
                                                  std::string{initiator} + " of node 6 (kvm6) at 10.0.0.6, too"));
    EXPECT_THAT(refused.error().next, HasSubstr("name=$(iscsi-iname) && printf"))
        << "no empty name where that is missing";
}

TEST(Twins, OfAMacAMachineIdOrAHostKeyAreWarnedOf)
{
    Node one = joined(5);
    one.facts.machine_id = "m1";
    one.facts.macs = {"52:54:00:00:00:01"};
    one.facts.ssh_host_keys = {"ssh-ed25519 AAAA"};
    Node other = one;
    other.id = 6;
    const auto twins = twins_of(other, std::vector{one});
    EXPECT_TRUE(must_have_no_twin(other, twins));
    const auto findings = findings_of(other, twins);
    ASSERT_EQ(findings.size(), 3U);
    for (const auto& finding : findings) {
        EXPECT_EQ(finding.severity, "warning") << finding.id;
        EXPECT_THAT(finding.message, HasSubstr("node 5 (kvm5)")) << finding.id;
        EXPECT_FALSE(finding.fix.empty()) << finding.id;
    }
}

TEST(Twins, AmongAllAreToldOnBothSides)
{
    const auto all = twins_among({with_uuid(5), joined(6), with_uuid(7)});
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all.at(5).front().node, 7);
    EXPECT_EQ(all.at(7).front().node, 5);
}

}  // namespace
}  // namespace onefrontend
