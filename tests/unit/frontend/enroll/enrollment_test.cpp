#include "frontend/enroll/enrollment.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/procedures.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onefrontend {
namespace {

constexpr std::int64_t now_ms = 1'000'000'000;

std::string field(const AuditEvent& audit, std::string_view key)
{
    const auto found = std::ranges::find(audit.fields, key, [](const auto& pair) { return pair.first; });
    return found == audit.fields.end() ? "" : found->second;
}

struct Machine {  // one that wants to join
    std::string request{};
    one::wire::Facts facts{};
    one::wire::Wishes wishes{};
    std::string source = "10.0.0.5";
};

class EnrollmentTest : public testing::Test {
protected:
    EnrollmentTest()
    {
        EXPECT_TRUE(test::run(desired.refresh()));
        procedures.resolvable = {"kvm2", "kvm7", "kvm8"};
    }

    static Machine machine(const char* id, const char* host_name = "kvm1")
    {
        Machine made;
        made.request = *one::identity::make_request(*one::identity::make_private_key(), "any");
        made.facts.host_name = host_name;
        made.facts.machine_id = id;
        made.facts.addresses = {made.source};
        made.facts.ssh_host_keys = {test::some_ssh_key};
        made.wishes.type = "kvm";
        return made;
    }
    one::JoinToken token(TokenWish wish = {})
    {
        return *test::run(Tokens{cloud}.create(std::move(wish), "alice", test::some_pin, now_ms / 1000));
    }

    Verdict<one::wire::EnrollAnswer> enroll(const Machine& who, const one::JoinToken& with)
    {
        one::wire::EnrollRequest request;
        request.token = to_text(with);
        request.certificate_request = who.request;
        request.facts = who.facts;
        request.wishes = who.wishes;
        return test::run(enrollment.enroll(std::move(request), who.source, now_ms));
    }
    Verdict<one::wire::PlanAnswer> plan(const Machine& who, const one::JoinToken& with)
    {
        one::wire::PlanRequest request;
        request.token = to_text(with);
        request.facts = who.facts;
        request.wishes = who.wishes;
        return test::run(enrollment.plan(std::move(request), who.source, now_ms));
    }
    Node node(int id) { return *test::run(Nodes{cloud}.get(id)); }
    void store(const Node& changed)
    {
        const auto put = [&changed](Node& present) -> Result<> {
            present = changed;
            return {};
        };
        Nodes nodes{cloud};
        EXPECT_TRUE(test::run(nodes.change(changed.id, put)));
    }

    test::Site site{};
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    test::FakeProcedures procedures{};
    test::FakeSigning signing{};
    one::asio::thread_pool pool{1};
    DesiredSource desired{site.config, cloud, pool, test::addresses_of_site};
    Enrollment enrollment{cloud, procedures, signing, desired, "authorities"};
};

TEST_F(EnrollmentTest, GivesAMachineItsCertificateAndTheDesiredState)
{
    procedures.resolvable = {"kvm1"};
    const auto verdict = enroll(machine("m1"), token());
    ASSERT_TRUE(verdict.answer) << to_line(verdict.answer.error());
    const int id = verdict.answer->node_id;
    EXPECT_EQ(verdict.answer->certificate_chain, "certificate of " + std::to_string(id));
    EXPECT_EQ(verdict.answer->authorities, "authorities");
    EXPECT_EQ(verdict.answer->desired.node_name, "kvm1");
    EXPECT_TRUE(verdict.answer->findings.empty());
    EXPECT_EQ(node(id).address, "10.0.0.5");
    EXPECT_EQ(node(id).cluster, "default");
    EXPECT_EQ(verdict.audit.event, "enrolled");
    EXPECT_EQ(field(verdict.audit, "node"), std::to_string(id));
    EXPECT_EQ(field(verdict.audit, "key"), node(id).key);
}

TEST_F(EnrollmentTest, ProposesTheAddressWhereTheNameDoesNotResolve)
{
    const auto verdict = enroll(machine("m1"), token());
    EXPECT_EQ(verdict.answer->desired.node_name, "10.0.0.5");
}

TEST_F(EnrollmentTest, NeedsANameWhereTheAddressIsIpv6)
{
    auto who = machine("m1");
    who.source = "2001:db8::5";
    EXPECT_EQ(enroll(who, token()).answer.error().kind, one::ErrorKind::invalid);
}

TEST_F(EnrollmentTest, RefusesANameThatIsNotThisMachineHereAndSpendsNothing)
{
    auto who = machine("m1");
    who.wishes.name = "kvm9";
    const auto with = token();
    const auto refused = enroll(who, with).answer;
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, one::ErrorKind::conflict);
    EXPECT_EQ(one::to_line(refused.error()), "cannot use the host name \"kvm9\": kvm9 does not resolve here");
    EXPECT_EQ(refused.error().next, "add it");
    EXPECT_EQ(one.count(claim_document) + one.count(node_document), 0);
    EXPECT_EQ(plan(who, with).answer->findings.front().id, "name-unknown-to-frontend") << "a plan shows it";
}

TEST_F(EnrollmentTest, WarnsOfTranslatedAddresses)
{
    auto who = machine("m1");
    who.facts.addresses = {"192.168.1.1"};
    EXPECT_EQ(enroll(who, token()).answer->findings.at(0).id, "address-translated");
}

TEST_F(EnrollmentTest, CountsTheTimeOfAnUnfinishedJoinFromItsNewestToken)
{
    const auto with = token();
    auto old = node(enroll(machine("m1"), with).answer->node_id);
    old.enrolled_at = 1;
    store(old);
    auto again = machine("m1");
    enroll(again, token()).answer.value();
    EXPECT_EQ(node(old.id).enrolled_at, now_ms / 1000);
}

TEST_F(EnrollmentTest, LetsTheSameKeyGoOnWithItsSpentToken)
{
    const auto with = token();
    const auto who = machine("m1");
    const auto first = enroll(who, with);
    const auto second = enroll(who, with);
    EXPECT_EQ(second.answer->node_id, first.answer->node_id);
    EXPECT_EQ(one.count(node_document), 1);
    EXPECT_EQ(one.count(claim_document), 1);
}

TEST_F(EnrollmentTest, GoesOnAfterTheSignerWasAway)
{
    const auto with = token();
    const auto who = machine("m1");
    signing.away = true;
    EXPECT_EQ(enroll(who, with).answer.error().kind, one::ErrorKind::busy);
    signing.away = false;
    EXPECT_TRUE(enroll(who, with).answer);
    EXPECT_EQ(one.count(node_document), 1);
}

TEST_F(EnrollmentTest, TellsAnotherMachineThatTheTokenIsSpentAndTheAuditToo)
{
    const auto with = token();
    enroll(machine("m1"), with);
    auto other = machine("m2");
    other.wishes.name = "kvm2";
    const auto verdict = enroll(other, with);
    EXPECT_NE(verdict.answer.error().reason.find("uses are spent"), std::string::npos);
    EXPECT_EQ(field(verdict.audit, "reason"), "used");
    EXPECT_FALSE(verdict.was_guess);
}

TEST_F(EnrollmentTest, TellsAGuesserNothingAndTheAuditEverything)
{
    auto wrong = token();
    wrong.secret = one::make_join_secret();
    auto unknown = token();
    unknown.id += 50;
    const auto first = enroll(machine("m1"), wrong);
    const auto second = enroll(machine("m1"), unknown);
    EXPECT_EQ(to_text(first.answer.error()), to_text(second.answer.error()));
    EXPECT_EQ(field(first.audit, "reason"), "wrong");
    EXPECT_EQ(field(second.audit, "reason"), "unknown");
    EXPECT_TRUE(first.was_guess && second.was_guess);
    EXPECT_EQ(first.audit.event, "refused");
    for (const auto& [key, value] : first.audit.fields)
        EXPECT_EQ(value.find(wrong.secret.reveal()), std::string::npos) << key;
}

TEST_F(EnrollmentTest, TellsTheRightSecretThatItsTokenWasRevoked)
{
    const auto with = token();
    test::run(Tokens{cloud}.revoke(with.id)).value();
    const auto verdict = enroll(machine("m1"), with);
    EXPECT_EQ(verdict.answer.error().reason, "it was revoked");
    EXPECT_EQ(field(verdict.audit, "reason"), "revoked");
}

TEST_F(EnrollmentTest, SpendsNothingWhereItRefusesTheName)
{
    const auto with = token();
    auto who = machine("m1");
    who.wishes.name = "-bad-";
    EXPECT_FALSE(enroll(who, with).answer);
    who.wishes.name = "one.example.test";
    EXPECT_EQ(enroll(who, with).answer.error().kind, one::ErrorKind::conflict) << "a name of the front-end";
    who.wishes = {.name = "kvm1", .address = "", .type = "vmware", .cluster = ""};
    EXPECT_FALSE(enroll(who, with).answer);
    who.wishes = {.name = "kvm1", .address = "", .type = "lxc", .cluster = "none"};
    EXPECT_NE(enroll(who, with).answer.error().next.find("default"), std::string::npos);
    who.wishes = {.name = "kvm1", .address = "10.9.9.9", .type = "kvm", .cluster = ""};
    EXPECT_FALSE(enroll(who, with).answer);
    EXPECT_EQ(one.count(claim_document), 0);
    EXPECT_EQ(one.count(node_document), 0);
}

TEST_F(EnrollmentTest, RefusesTheNameOfAnotherMachine)
{
    procedures.resolvable = {"kvm1"};
    auto first = machine("m1");
    first.wishes.name = "kvm1";
    enroll(first, token()).answer.value();
    auto second = machine("m2");
    second.wishes.name = "kvm1";
    EXPECT_EQ(enroll(second, token()).answer.error().kind, one::ErrorKind::conflict);
}

TEST_F(EnrollmentTest, LetsTheSameMachineGoOnWithANewTokenWhereItsJoinWasNotFinished)
{
    const auto first = enroll(machine("m1"), token());
    const auto second = enroll(machine("m1"), token());
    ASSERT_TRUE(second.answer);
    EXPECT_EQ(second.answer->node_id, first.answer->node_id);
    EXPECT_EQ(second.answer->generation, first.answer->generation + 1);
    EXPECT_NE(field(first.audit, "key"), field(second.audit, "key"));
    EXPECT_EQ(node(second.answer->node_id).key, field(second.audit, "key")) << "the old key counts no more";
}

TEST_F(EnrollmentTest, DoesNotTakeAMachineIdForAProofThatAJoinedNodeIsBack)
{
    const auto first = enroll(machine("m1"), token());
    auto joined = node(first.answer->node_id);
    joined.phase = Phase::joined;
    store(joined);
    EXPECT_EQ(enroll(machine("m1"), token()).answer.error().kind, one::ErrorKind::conflict);
    EXPECT_EQ(node(joined.id).key, joined.key);
}

TEST_F(EnrollmentTest, KeepsNoNameForAMachineThatOnlySaysItHasItsAddress)
{
    procedures.leads_to = {{"storage1", "10.0.0.12"}};
    auto liar = machine("m1");
    liar.source = "10.0.0.11";
    liar.facts.addresses = {"10.0.0.11", "10.0.0.12"};
    liar.wishes.name = "storage1";
    ASSERT_TRUE(enroll(liar, token()).answer) << "it may be a machine with two networks";
    auto owner = machine("m2");
    owner.source = "10.0.0.12";
    owner.wishes.name = "storage1";
    const auto enrolled = enroll(owner, token());
    ASSERT_TRUE(enrolled.answer) << to_line(enrolled.answer.error());
    auto late = machine("m3");
    late.source = "10.0.0.13";
    late.facts.addresses = {"10.0.0.12"};
    late.wishes.name = "storage1";
    EXPECT_FALSE(enroll(late, token()).answer);
}

TEST_F(EnrollmentTest, RefusesToMakeOneMachineTwoHosts)
{
    const auto first = enroll(machine("m1"), token());
    auto joined = node(first.answer->node_id);
    joined.phase = Phase::joined;
    store(joined);
    auto again = machine("m1");  // with another key: its state is gone
    again.wishes.name = "kvm7";
    const auto second = enroll(again, token());
    ASSERT_FALSE(second.answer);
    EXPECT_EQ(second.answer.error().kind, one::ErrorKind::conflict);
    EXPECT_NE(second.answer.error().next.find("onefrontend node remove"), std::string::npos);
    again.source = "10.0.0.6";
    again.facts.addresses = {"10.0.0.6"};
    EXPECT_TRUE(enroll(again, token()).answer) << "a clone of its image is another machine";
}

TEST_F(EnrollmentTest, RefusesChangedWishesOnceTheHostIsRegistered)
{
    const auto with = token();
    auto who = machine("m1");
    const auto first = enroll(who, with);
    auto registered = node(first.answer->node_id);
    registered.phase = Phase::registering;
    store(registered);
    EXPECT_TRUE(enroll(who, with).answer);
    who.wishes.name = "kvm2";
    EXPECT_EQ(enroll(who, with).answer.error().kind, one::ErrorKind::conflict);
}

TEST_F(EnrollmentTest, ObeysTheNameOfTheToken)
{
    const auto with = token({.uses = 1, .life = std::chrono::seconds{3600}, .name = "kvm7"});
    auto who = machine("m1");
    who.wishes.name = "kvm8";
    EXPECT_EQ(enroll(who, with).answer.error().kind, one::ErrorKind::denied);
    who.wishes.name = "";
    EXPECT_EQ(enroll(who, with).answer->desired.node_name, "kvm7");
}

TEST_F(EnrollmentTest, ObeysTheLimitsOfTheToken)
{
    one.clusters.push_back({.id = 100, .name = "prod"});
    const auto with = token(
        {.uses = 5, .limits = {.name_pattern = "kvm?", .networks = {"10.0.0.0/24"}, .cluster = "prod", .type = "kvm"}});
    const auto denied = [&](const Machine& who) {
        const auto answer = enroll(who, with).answer;
        EXPECT_FALSE(answer);
        return !answer && answer.error().kind == one::ErrorKind::denied;
    };
    auto who = machine("m1");
    who.wishes.name = "kvm7";
    auto elsewhere = who;
    elsewhere.source = "10.0.1.5";
    EXPECT_TRUE(denied(elsewhere));
    auto other_type = who;
    other_type.wishes.type = "lxc";
    EXPECT_TRUE(denied(other_type));
    auto other_name = who;
    other_name.wishes.name = "node7";
    EXPECT_TRUE(denied(other_name));
    auto other_cluster = who;
    other_cluster.wishes.cluster = "default";
    EXPECT_TRUE(denied(other_cluster));
    EXPECT_EQ(one.count(claim_document), 0) << "no use is spent";
    const auto joined = enroll(who, with).answer;
    ASSERT_TRUE(joined) << to_line(joined.error());
    EXPECT_EQ(node(joined->node_id).cluster, "prod") << "which nobody had to wish";
}

class Played : public EnrollmentTest {  // by `onefrontend try-join`
protected:
    Played()
    {
        site.config.closed_networks = {"10.0.0.0/8"};
        EXPECT_TRUE(test::run(closing.refresh()));
        enrollment = Enrollment{cloud, procedures, signing, closing, "authorities"};
        played.wishes = {.name = "try-join-1", .type = "trial"};
    }
    one::JoinToken trial() { return token({.name = "try-join-1", .limits = {.type = "trial"}}); }

    DesiredSource closing{site.config, cloud, pool, test::addresses_of_site};
    Machine played = machine("m1", "try-join-1");
};

TEST_F(Played, NeedsNoNameThatLeadsAnywhereAndNoNetworkThatLoginsGoTo)
{
    const auto verdict = enroll(played, trial());
    ASSERT_TRUE(verdict.answer) << to_line(verdict.answer.error());
    const auto kept = node(verdict.answer->node_id);
    EXPECT_EQ(kept.name, "try-join-1");
    EXPECT_EQ(kept.type, "trial");
    EXPECT_FALSE(kept.name_confirmed);
}

TEST_F(Played, IsNothingThatAnyOtherTokenAllows)
{
    const auto verdict = enroll(played, token({.name = "try-join-1"}));
    ASSERT_FALSE(verdict.answer);
    EXPECT_EQ(verdict.answer.error().thing, "10.0.0.5") << "a closed network stays closed";
    enrollment = Enrollment{cloud, procedures, signing, desired, "authorities"};
    const auto other = enroll(played, token({.name = "try-join-1"}));
    ASSERT_FALSE(other.answer);
    EXPECT_EQ(other.answer.error().thing, "the type trial");
}

TEST_F(Played, LetsNoOtherMachineInByItsToken)
{
    const auto with = trial();
    for (const char* type : {"", "kvm"}) {
        auto who = played;
        who.wishes.type = type;
        const auto verdict = enroll(who, with);
        ASSERT_FALSE(verdict.answer) << type;
        EXPECT_NE(verdict.answer.error().reason.find("the token is for trial only"), std::string::npos)
            << to_line(verdict.answer.error());
    }
}

TEST_F(EnrollmentTest, TakesOverNoNameWithoutATokenMadeForIt)
{
    one.hosts.push_back({.id = 3, .name = "kvm7"});
    const auto verdict = enroll(machine("m1"), token({.name = "kvm7"}));
    EXPECT_EQ(verdict.answer.error().kind, one::ErrorKind::conflict);
    EXPECT_EQ(one.hosts.size(), 1U);
}

class Replacing : public EnrollmentTest {
protected:
    Replacing()
    {
        one.hosts.push_back({.id = 3, .name = "kvm7", .onenode = "0"});
        Node old;
        old.name = "KVM7";
        old.address = "10.0.0.5";
        old.key = old.claimed_key = "old";
        old.phase = Phase::joined;
        old.host_id = 3;
        old.facts.machine_id = "m1";
        former = one.put(node_document, to_json(old));
    }
    one::JoinToken replacement() { return token({.name = "kvm7", .limits = {.replaces = true}}); }

    int former = -1;
};

TEST_F(Replacing, IsAnnouncedByAPlanThatRemovesNothing)
{
    const auto verdict = plan(machine("m1"), replacement());
    ASSERT_TRUE(verdict.answer) << to_line(verdict.answer.error());
    const auto found = std::ranges::find(verdict.answer->findings, "name-replaced", &one::wire::Finding::id);
    ASSERT_NE(found, verdict.answer->findings.end());
    EXPECT_NE(found->message.find("node " + std::to_string(former) + " and host 3"), std::string::npos);
    EXPECT_EQ(one.hosts.size(), 1U);
    EXPECT_EQ(one.count(node_document), 1);
}

TEST_F(Replacing, RemovesTheNodeAndTheHostOfThatNameAndTellsTheAudit)
{
    const auto verdict = enroll(machine("m1"), replacement());
    ASSERT_TRUE(verdict.answer) << to_line(verdict.answer.error());
    EXPECT_EQ(verdict.answer->desired.node_name, "kvm7");
    EXPECT_TRUE(one.hosts.empty());
    EXPECT_EQ(one.count(node_document), 1);
    EXPECT_NE(verdict.answer->node_id, former);
    EXPECT_EQ(field(verdict.audit, "replaced"), "node " + std::to_string(former) + " and host 3");
}

TEST_F(Replacing, IsRefusedWhileVmsAreOnTheHost)
{
    one.hosts.front().vms = {12, 13};
    const auto verdict = enroll(machine("m1"), replacement());
    EXPECT_EQ(verdict.answer.error().kind, one::ErrorKind::conflict);
    EXPECT_NE(verdict.answer.error().reason.find("2 VMs"), std::string::npos);
    EXPECT_EQ(one.count(claim_document), 0);
    EXPECT_EQ(one.count(node_document), 1);
}

TEST_F(Replacing, AgainRemovesNothingOfItsOwn)
{
    const auto who = machine("m1");
    const auto with = replacement();
    auto own = node(enroll(who, with).answer->node_id);
    own.phase = Phase::registering;
    own.intent.host_name = "kvm7";
    store(own);
    one.hosts.push_back({.id = 9, .name = "kvm7"});
    const auto again = enroll(who, with);
    ASSERT_TRUE(again.answer) << to_line(again.answer.error());
    EXPECT_EQ(again.answer->node_id, own.id);
    EXPECT_EQ(one.hosts.size(), 1U);
}

class Alike : public EnrollmentTest {  // copies of one machine's disk, or boards with one UUID
protected:
    Alike()
    {
        procedures.resolvable = {"kvm1", "kvm2"};
        first.facts.libvirt_uuid = uuid;
        second.source = "10.0.0.6";
        second.facts.addresses = {"10.0.0.6"};
        second.facts.libvirt_uuid = uuid;
    }
    Node joined(const one::JoinToken& with)
    {
        auto node_of_first = node(enroll(first, with).answer->node_id);
        node_of_first.phase = Phase::joined;
        store(node_of_first);
        return node_of_first;
    }

    static constexpr const char* uuid = "4c4c4544-0043-3510-8052-b4c04f4d3732";
    Machine first = machine("m1", "kvm1");
    Machine second = machine("m2", "kvm2");
};

TEST_F(Alike, AreTwoOfWhichTheSecondIsRefusedAndSpendsNothing)
{
    joined(token());
    const auto with = token();
    const auto refused = enroll(second, with);
    ASSERT_FALSE(refused.answer);
    EXPECT_EQ(refused.answer.error().kind, one::ErrorKind::conflict);
    EXPECT_NE(to_line(refused.answer.error()).find("(kvm1) at 10.0.0.5 has it already, and kvm2 at 10.0.0.6"),
              std::string::npos)
        << to_line(refused.answer.error());
    EXPECT_EQ(refused.audit.event, "refused");
    EXPECT_EQ(one.count(claim_document), 1);
    EXPECT_EQ(one.count(node_document), 1);
    EXPECT_EQ(plan(second, with).answer->findings.front().severity, "error") << "a plan shows it";

    second.facts.libvirt_uuid = "4c4c4544-0043-3510-8052-000000000002";
    EXPECT_TRUE(enroll(second, with).answer) << "mended, and with the same token";
}

TEST_F(Alike, AreKeptApartByTheirInitiators)
{
    first.facts.iscsi_initiator = second.facts.iscsi_initiator = "iqn.1993-08.org.debian:01:8f2";
    second.facts.libvirt_uuid.clear();
    joined(token());
    const auto refused = enroll(second, token()).answer;
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().thing, "the iSCSI initiator name iqn.1993-08.org.debian:01:8f2");
}

TEST_F(Alike, IsNoMachineToItself)
{
    const auto with = token();
    ASSERT_TRUE(enroll(first, with).answer);
    EXPECT_TRUE(enroll(first, with).answer) << "it died, and joins again";
    auto anew = machine("m1", "kvm1");
    anew.facts.libvirt_uuid = uuid;
    EXPECT_TRUE(enroll(anew, token()).answer) << "its state is gone, and its join was not finished";
}

TEST_F(Alike, IsNoMachineToTheOneThatItReplaces)
{
    joined(token());
    second.wishes.name = "kvm1";  // the same board, another address
    const auto replacing = token({.name = "kvm1", .limits = {.replaces = true}});
    const auto answer = enroll(second, replacing).answer;
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(one.count(node_document), 1);
}

TEST_F(Alike, OnlyInWhatDoesNoHarmJoinWithAWarning)
{
    second.facts.libvirt_uuid.clear();
    first.facts.macs = second.facts.macs = {"52:54:00:00:00:01"};
    joined(token());
    const auto answer = enroll(second, token()).answer;
    ASSERT_TRUE(answer) << to_line(answer.error());
    const auto found = std::ranges::find(answer->findings, "mac-cloned", &one::wire::Finding::id);
    ASSERT_NE(found, answer->findings.end());
    EXPECT_EQ(found->severity, "warning");
    EXPECT_EQ(node(answer->node_id).facts.macs, first.facts.macs);
}

TEST_F(EnrollmentTest, RefusesANodeThatWasRemovedWhileItsVmsRan)
{
    const auto with = token();
    const auto who = machine("m1");
    const int id = enroll(who, with).answer->node_id;
    ASSERT_TRUE(test::run(Nodes{cloud}.ban(id, "alice", now_ms / 1000)));
    EXPECT_EQ(enroll(who, with).answer.error().kind, one::ErrorKind::denied);
}

TEST_F(EnrollmentTest, DoesNotTakeBackTheOldKeyOfAJoinedNode)
{
    const auto with = token();
    const auto who = machine("m1");
    auto renewed = node(enroll(who, with).answer->node_id);
    renewed.key = "renewed";
    renewed.phase = Phase::joined;
    store(renewed);
    EXPECT_EQ(enroll(who, with).answer.error().kind, one::ErrorKind::conflict);
}

TEST_F(EnrollmentTest, RefusesARequestThatIsNoneAndAMistypedToken)
{
    auto who = machine("m1");
    const auto with = token();
    one::wire::EnrollRequest request;
    request.token = one::Secret{std::string_view{"ont1.1.abc"}};
    request.certificate_request = who.request;
    EXPECT_EQ(test::run(enrollment.enroll(std::move(request), who.source, now_ms)).answer.error().kind,
              one::ErrorKind::invalid);
    who.request = "garbage";
    EXPECT_FALSE(enroll(who, with).answer);
    EXPECT_EQ(one.count(claim_document), 0);
}

TEST_F(EnrollmentTest, ParsesNoRequestOfAGuesser)
{
    auto who = machine("m1");
    who.request = "garbage";
    auto wrong = token();
    wrong.secret = one::make_join_secret();
    const auto verdict = enroll(who, wrong);
    EXPECT_EQ(verdict.answer.error().kind, one::ErrorKind::denied);
    EXPECT_TRUE(verdict.was_guess);
}

TEST_F(EnrollmentTest, SaysTryAgainWhileOnedIsAway)
{
    const auto with = token();
    one.away = true;
    EXPECT_EQ(enroll(machine("m1"), with).answer.error().kind, one::ErrorKind::unreachable);
}

TEST_F(EnrollmentTest, PlansWithoutStoringAnything)
{
    const auto with = token();
    procedures.resolvable = {"kvm1"};
    const auto documents = one.documents.size();
    const auto verdict = plan(machine("m1"), with);
    ASSERT_TRUE(verdict.answer);
    EXPECT_EQ(verdict.answer->desired.node_name, "kvm1");
    EXPECT_EQ(verdict.audit.event, "planned");
    EXPECT_EQ(one.documents.size(), documents);
}

TEST_F(EnrollmentTest, PlansForTheMachineThatSpentTheTokenAndForNoOther)
{
    const auto with = token();
    enroll(machine("m1"), with).answer.value();
    EXPECT_TRUE(plan(machine("m1"), with).answer);
    auto other = machine("m2");
    other.wishes.name = "kvm2";
    const auto verdict = plan(other, with);
    EXPECT_EQ(field(verdict.audit, "reason"), "used");
}

// Two requests of one machine, or two machines for one name, through two processes at once: call by call, in turns.
class AtOnce : public EnrollmentTest {
protected:
    std::vector<Verdict<one::wire::EnrollAnswer>> race(const Machine& a, const one::JoinToken& with_a, const Machine& b,
                                                       const one::JoinToken& with_b)
    {
        auto& loop = test::shared_loop();
        std::vector<std::unique_ptr<test::FakeCloud>> clouds;
        std::vector<std::unique_ptr<Enrollment>> processes;
        std::vector<Verdict<one::wire::EnrollAnswer>> verdicts;
        for (const auto& [who, with] : {std::pair{&a, &with_a}, std::pair{&b, &with_b}}) {
            clouds.push_back(std::make_unique<test::FakeCloud>(one));
            clouds.back()->take_turns(loop.get_executor());
            processes.push_back(
                std::make_unique<Enrollment>(*clouds.back(), procedures, signing, desired, "authorities"));
            one::wire::EnrollRequest request;
            request.token = to_text(*with);
            request.certificate_request = who->request;
            request.facts = who->facts;
            request.wishes = who->wishes;
            one::asio::co_spawn(
                loop, processes.back()->enroll(std::move(request), who->source, now_ms),
                [&](const std::exception_ptr&, auto verdict) { verdicts.push_back(std::move(verdict)); });
        }
        for (int turn = 0; turn < 100 && verdicts.size() < 2; ++turn) {
            loop.restart();
            loop.poll();
            if (auto& next = *clouds[static_cast<std::size_t>(turn % 2)]; next.waits()) next.go_on();
        }
        EXPECT_EQ(verdicts.size(), 2U);
        return verdicts;
    }
};

TEST_F(AtOnce, OneMachineHasOneNode)
{
    const auto with = token();
    const auto who = machine("m1");
    const auto verdicts = race(who, with, who, with);
    EXPECT_EQ(verdicts.at(0).answer->node_id, verdicts.at(1).answer->node_id);
    EXPECT_EQ(one.count(node_document), 1);
    EXPECT_EQ(one.count(claim_document), 1);
}

TEST_F(AtOnce, OneNameHasOneMachine)
{
    procedures.resolvable = {"kvm1"};
    auto first = machine("m1");
    auto second = machine("m2");
    first.wishes.name = second.wishes.name = "kvm1";
    const auto verdicts = race(first, token(), second, token());
    EXPECT_NE(verdicts.at(0).answer.has_value(), verdicts.at(1).answer.has_value());
    EXPECT_EQ(one.count(node_document), 1);
}

TEST_F(AtOnce, OneUuidHasOneMachine)
{
    procedures.resolvable = {"kvm1", "kvm2"};
    auto first = machine("m1", "kvm1");
    auto second = machine("m2", "kvm2");
    second.source = "10.0.0.6";
    second.facts.addresses = {"10.0.0.6"};
    first.facts.libvirt_uuid = second.facts.libvirt_uuid = "4c4c4544-0043-3510-8052-b4c04f4d3732";
    const auto verdicts = race(first, token(), second, token());
    EXPECT_NE(verdicts.at(0).answer.has_value(), verdicts.at(1).answer.has_value());
    EXPECT_EQ(one.count(node_document), 1);
}

}  // namespace
}  // namespace onefrontend
