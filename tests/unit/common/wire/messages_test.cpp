// Every message comes back as it was sent, and a wrong one is refused by the name of its first wrong field.
#include "common/wire/messages.hpp"

#include "tests/unit/support/seed.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <type_traits>

namespace wire = one::wire;
using nlohmann::json;
using wire::from_json;
using wire::to_json;

namespace {

wire::DesiredState a_desired_state()
{
    return {.version = "v",
            .node_name = "kvm12",
            .type = "kvm",
            .opennebula = "7.4.0",
            .zone = "OpenNebula",
            .oneadmin_keys = {"a", "b"},
            .frontend_known_hosts = {"one ssh-ed25519 AAAA"},
            .peers = {{"kvm11", "10.0.0.11"}},
            .monitor_address = "auto",
            .frontend_addresses = {"10.0.0.1"},
            .frontend_names = {"one.example.com"},
            .ssh_authorities = {"ssh-ed25519 AAAA"},
            .peer_known_hosts = {"kvm11,10.0.0.11 ssh-ed25519 AAAA"},
            .revoked_host_keys = {"ssh-ed25519 AAAB"},
            .ssh_host_certificates = {"ssh-ed25519-cert-v01@openssh.com AAAA"},
            .neighbours = "d1"};
}

// Who is older than the other end does not send them.
const std::set<std::string> added_later{"repository",
                                        "ssh_authorities",
                                        "peer_known_hosts",
                                        "revoked_host_keys",
                                        "ssh_host_certificates",
                                        "neighbours",
                                        "iscsi_initiator",
                                        "macs"};

template <class Message>
std::string mistake(const json& text)
{
    const auto read = from_json<Message>(text.dump());
    return read ? "none" : one::to_line(read.error());
}

template <class Message>
class EveryMessage : public testing::Test {
};
using Messages =
    testing::Types<wire::Hello, wire::Facts, wire::Wishes, wire::PlanRequest, wire::DesiredState, wire::Neighbours,
                   wire::Finding, wire::PlanAnswer, wire::EnrollRequest, wire::EnrollAnswer, wire::RenewRequest,
                   wire::RenewAnswer, wire::RecoveryChallenge, wire::RecoveryRequest, wire::LoginChallenge,
                   wire::MonitoringChallenge, wire::MonitoringSent, wire::ProofReport, wire::HostReport,
                   wire::MovedRequest, wire::MovedAnswer, wire::LeaveRequest, wire::ApiError>;
TYPED_TEST_SUITE(EveryMessage, Messages);

TYPED_TEST(EveryMessage, ComesBackAsTheSameText)
{
    const std::string text = to_json(TypeParam{});
    const auto read = from_json<TypeParam>(text);
    ASSERT_TRUE(read) << one::to_text(read.error());
    EXPECT_EQ(to_json(*read), text);
}

TYPED_TEST(EveryMessage, NeedsEachOfItsFieldsInItsType)
{
    const json whole = json::parse(to_json(TypeParam{}));
    for (const auto& item : whole.items()) {
        json without = whole;
        without.erase(item.key());
        const bool is_report = std::is_same_v<TypeParam, wire::MovedRequest>;
        const bool is_extended = is_report || std::is_same_v<TypeParam, wire::DesiredState> ||
                                 std::is_same_v<TypeParam, wire::Hello> || std::is_same_v<TypeParam, wire::Facts>;
        const bool may_lack =
            is_extended && (added_later.contains(item.key()) || (is_report && item.key() == "libvirt_uuid"));
        EXPECT_EQ(mistake<TypeParam>(without),
                  may_lack ? "none" : "cannot read field " + item.key() + ": it is missing");
        for (const json& other :
             {json(nullptr), json(1.5), json("text"), json(7), json(true), json::array(), json::object()}) {
            if (other.type() == item.value().type() || (other.is_number_integer() && item.value().is_number_integer()))
                continue;
            json wrong = whole;
            wrong[item.key()] = other;
            EXPECT_NE(mistake<TypeParam>(wrong).find("cannot read field " + item.key()), std::string::npos) << wrong;
        }
    }
}

TYPED_TEST(EveryMessage, ToleratesAFieldOfALaterVersion)
{
    json later = json::parse(to_json(TypeParam{}));
    later["of_a_later_version"] = {{"deep", {1, 2, 3}}};
    EXPECT_EQ(mistake<TypeParam>(later), "none");
}

TYPED_TEST(EveryMessage, SurvivesDamageAnywhere)
{
    auto random = one::test::seeded();
    const std::string whole = to_json(TypeParam{});
    for (int round = 0; round < 500; ++round) {
        std::string text = whole;
        text[one::test::below(random, text.size())] = static_cast<char>(random());
        if (const auto read = from_json<TypeParam>(text)) {
            EXPECT_TRUE(from_json<TypeParam>(to_json(*read)));
        }
    }
}

TEST(Messages, KeepEveryValue)
{
    const auto state = a_desired_state();
    EXPECT_EQ(*from_json<wire::DesiredState>(to_json(state)), state);

    wire::EnrollRequest request;
    request.token = one::Secret{std::string_view{"ont1.secret"}};
    request.facts.ssh_port = 2222;
    request.facts.kvm_usable = true;
    request.wishes.cluster = "default";
    const auto read = from_json<wire::EnrollRequest>(to_json(request));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->token.reveal(), "ont1.secret");
    EXPECT_EQ(read->facts.ssh_port, 2222);
    EXPECT_TRUE(read->facts.kvm_usable);
    EXPECT_EQ(read->wishes.cluster, "default");

    wire::Hello hello;
    hello.time_ms = 1'700'000'000'123;
    EXPECT_EQ(from_json<wire::Hello>(to_json(hello))->time_ms, 1'700'000'000'123);
}

TEST(Messages, NameTheWrongFieldByItsWholePath)
{
    json plan =
        json::parse(to_json(wire::PlanAnswer{.desired = a_desired_state(), .findings = {{"a", "ok", "m", "f"}}}));
    plan["desired"]["peers"][0]["address"] = 7;
    EXPECT_EQ(mistake<wire::PlanAnswer>(plan), "cannot read field desired.peers.0.address: a string was expected");
    plan = json::parse(to_json(wire::PlanAnswer{.findings = {{}, {}}}));
    plan["findings"][1].erase("fix");
    EXPECT_EQ(mistake<wire::PlanAnswer>(plan), "cannot read field findings.1.fix: it is missing");
}

TEST(Messages, RefuseNumbersThatDoNotFit)
{
    json facts = json::parse(to_json(wire::Facts{}));
    facts["ssh_port"] = 4'000'000'000;
    EXPECT_EQ(mistake<wire::Facts>(facts), "cannot read field ssh_port: the number is too large");
    json hello = json::parse(to_json(wire::Hello{}));
    hello["time_ms"] = 18'000'000'000'000'000'000ULL;
    EXPECT_EQ(mistake<wire::Hello>(hello), "cannot read field time_ms: the number is too large");
}

TEST(Messages, RefuseWhatIsNoMessageAtAll)
{
    for (const auto* text : {"", "{", "[]", "null", "<html>", "{}x", "\"{}\""}) {
        const auto read = from_json<wire::LeaveRequest>(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().thing, "the message");
    }
    const std::string deep = "{\"a\":" + std::string(100000, '[') + std::string(100000, ']') + "}";
    EXPECT_NE(from_json<wire::LeaveRequest>(deep).error().reason.find("nested deeper"), std::string::npos);
    std::string many = "{\"a\":[[]";
    for (int at = 0; at < 1'000'000; ++at)
        many += ",[]";
    EXPECT_NE(from_json<wire::LeaveRequest>(many + "]}").error().reason.find("more values"), std::string::npos);
    const std::string large(9'000'000, ' ');  // NOLINT(bugprone-string-constructor)
    EXPECT_NE(from_json<wire::LeaveRequest>(large).error().reason.find("larger"), std::string::npos);
}

TEST(Messages, WriteBytesThatAreNoTextAsValidJson)
{
    EXPECT_TRUE(json::accept(to_json(wire::Finding{.message = std::string{"\xff\xfe"} + '\0' + "x"})));
}

TEST(DesiredState, HasAVersionThatFollowsEveryFieldButItself)
{
    auto state = a_desired_state();
    const auto version = wire::version_of(state);
    EXPECT_EQ(version.size(), 64U);
    state.version = "other";
    EXPECT_EQ(wire::version_of(state), version);
    state.peers.front().address = "10.0.0.12";
    EXPECT_NE(wire::version_of(state), version);
}

}  // namespace
