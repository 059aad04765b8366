// A join that would lose or change what an earlier one was asked for says so, and how it is kept or changed.
#include "nodeagent/cli/parse.hpp"
#include "nodeagent/cli/settings.hpp"
#include "nodeagent/core/risks.hpp"
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/support/golden.hpp"

#include "common/text/words.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace onenode::cli {
namespace {

using one::test::expect_golden;
using Texts = std::vector<std::string>;

const Membership member{.phase = MemberPhase::joined,
                        .frontend = "one.example.com:4125",
                        .wishes = {.name = "kvm12", .address = "10.0.0.2", .type = "qemu", .cluster = "prod"},
                        .ignored = {"limits", "ovs"},
                        .accepted_risks = {"firewall"},
                        .desired = {.node_name = "kvm12", .type = "qemu"}};

// As a person would give them.
JoinOptions all_of(const Membership& of)
{
    return {.frontend = of.frontend,
            .name = of.wishes.name,
            .address = of.wishes.address,
            .type = of.wishes.type,
            .cluster = of.wishes.cluster,
            .ignore = of.ignored,
            .accepted_risks = of.accepted_risks};
}

TEST(LostSettings, AreThoseThatWereGivenAndAreNotAnyMore)
{
    EXPECT_EQ(lost_settings({}, member), (Texts{"--name kvm12", "--address 10.0.0.2", "--type qemu", "--cluster prod",
                                                "--ignore=limits,ovs", "--accept-risk=firewall"}));
    EXPECT_EQ(lost_settings(all_of(member), member), Texts{});
    auto fewer = all_of(member);
    fewer.cluster.clear();
    fewer.ignore = {"ovs", "more"};
    EXPECT_EQ(lost_settings(fewer, member), (Texts{"--cluster prod", "--ignore=limits"}));
}

TEST(Risks, OfOneMomentAreNeitherRememberedNorADifference)
{
    EXPECT_EQ(risks::lasting({"restart-libvirt", "firewall", "reload-sshd"}), (Texts{"firewall"}));
    auto more = all_of(member);
    more.accepted_risks = {"firewall", "restart-libvirt", "reload-sshd"};
    const auto differences = different_settings(more, member);
    ASSERT_TRUE(differences);
    EXPECT_TRUE(differences->empty());
    EXPECT_TRUE(asks_for_nothing({.accepted_risks = {"restart-libvirt"}})) << "or everything else would be lost";
    EXPECT_FALSE(asks_for_nothing({.accepted_risks = {"firewall"}}));
}

TEST(LostSettings, DoNotCountTheUsualType)
{
    EXPECT_EQ(lost_settings({}, {.wishes = {.type = "kvm"}}), Texts{});
}

TEST(Completed, HasWhatTheMembershipKnowsAndTheGivenOneWins)
{
    EXPECT_EQ(completed({}, member), all_of(member));
    EXPECT_EQ(completed({.name = "new", .ignore = {"ovs"}}, member).name, "new");
    EXPECT_EQ(completed({.ignore = {"ovs"}}, member).ignore, (Texts{"ovs", "limits"}));
    EXPECT_TRUE(lost_settings(completed({.name = "new"}, member), member).empty());
}

TEST(DifferentSettings, AreMoreRisksToo)
{
    auto before = member;
    before.accepted_risks.clear();
    const auto all = *different_settings(all_of(member), before);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(all[0].needs_leave);
    EXPECT_NE(all[0].how.find("--accept-risk"), std::string::npos);
}

TEST(DifferentSettings, SayEachHowItIsChanged)
{
    auto options = all_of(member);
    EXPECT_TRUE(different_settings(options, member)->empty());
    options.cluster = "test";
    const auto moved = *different_settings(options, member);
    ASSERT_EQ(moved.size(), 1U);
    EXPECT_FALSE(moved[0].needs_leave);
    EXPECT_EQ(moved[0].what, "--cluster test (it is prod)");
    EXPECT_NE(moved[0].how.find("onecluster addhost test kvm12"), std::string::npos);
    options = {.frontend = "two", .name = "a", .address = "10.0.0.3", .type = "lxc", .cluster = "b"};
    const auto all = *different_settings(options, member);
    EXPECT_EQ(all.size(), 5U);
    for (const auto& one : all)
        EXPECT_FALSE(one.how.empty());
    EXPECT_FALSE(different_settings({.frontend = "two:x"}, member));
}

// Every flag that is not for a single run only: given, printed as a command, given again.
TEST(CommandFor, IsUnderstoodAsWhatItWasMadeOf)
{
    const JoinOptions options{.frontend = "one.example.com:99",
                              .token_file = "/root/a token",
                              .name = "kvm12",
                              .address = "10.0.0.2",
                              .type = "lxc",
                              .cluster = "it's #1",
                              .fingerprint = std::string(43, 'A'),
                              .ignore = {"limits", "ovs"},
                              .accepted_risks = {"firewall"},
                              .wait = std::chrono::seconds{90},
                              .install_packages = true,
                              .unattended = true,
                              .dry_run = true};
    const auto command = command_for(options);
    EXPECT_EQ(command,
              "onenode join one.example.com:99 --name kvm12 --address 10.0.0.2 --type lxc --cluster 'it'\\''s #1' "
              "--ignore=limits,ovs --accept-risk=firewall --token-file '/root/a token' --fingerprint " +
                  std::string(43, 'A') + " --wait 1m30s --install-packages --unattended --dry-run");
    const auto line = parse({"join",
                             "one.example.com:99",
                             "--name",
                             "kvm12",
                             "--address",
                             "10.0.0.2",
                             "--type",
                             "lxc",
                             "--cluster",
                             "it's #1",
                             "--ignore=limits,ovs",
                             "--accept-risk=firewall",
                             "--token-file",
                             "/root/a token",
                             "--fingerprint",
                             std::string(43, 'A'),
                             "--wait",
                             "1m30s",
                             "--install-packages",
                             "--unattended",
                             "--dry-run"});
    ASSERT_TRUE(line) << line.error().text;
    EXPECT_EQ(line->join, options);
    EXPECT_EQ(command_for({}), "onenode join");
}

class JoinWithSettings : public testing::Test {
protected:
    JoinOptions given()
    {
        return {.name = "node1", .address = "10.0.0.11", .type = "qemu", .cluster = "prod", .ignore = {"limits"}};
    }
    void SetUp() override
    {
        stage.front_end.with([](FakeCloud& cloud) { cloud.desired.type = "qemu"; });
        ASSERT_EQ(stage.join(given()).exit, Exit::ok);
        before = stage.host.snapshot();
    }
    Stage stage{};
    Snapshot before{};
};

TEST_F(JoinWithSettings, KeepsThemInTheMembership)
{
    const auto kept = *load_membership(stage.host);
    EXPECT_EQ(kept->ignored, Texts{"limits"});
    EXPECT_EQ(kept->fingerprint, stage.front_end.pin());
    EXPECT_EQ(kept->wishes.cluster, "prod");
}

TEST_F(JoinWithSettings, SaysWhichWouldBeLostAndTheCommandThatKeepsThem)
{
    const auto played = stage.join({.name = "node1", .unattended = true});
    EXPECT_EQ(played.exit, Exit::cannot_run);
    expect_golden("join-again-with-fewer.err.txt", stage.stable(played.err));
    EXPECT_EQ(stage.host.snapshot(), before);
}

TEST_F(JoinWithSettings, TellsAProgramTheSame)
{
    stage.output.json = true;
    const auto fewer = one::split_lines(stage.join({.name = "node1"}).out);
    ASSERT_EQ(fewer.size(), 2U);
    const auto event = nlohmann::json::parse(fewer[0]);
    EXPECT_EQ(event["event"], "settings");
    EXPECT_EQ(event["lost"], (Texts{"--address 10.0.0.11", "--type qemu", "--cluster prod", "--ignore=limits"}));
    EXPECT_TRUE(event["command"].get<std::string>().ends_with(
        " --name node1 --address 10.0.0.11 --type qemu --cluster prod --ignore=limits"));
    EXPECT_EQ(nlohmann::json::parse(fewer[1])["exit"], 3);

    auto other = given();
    other.cluster = "test";
    const auto different = nlohmann::json::parse(one::split_lines(stage.join(other).out).at(0));
    EXPECT_EQ(different["different"], Texts{"--cluster test (it is prod)"});
}

TEST_F(JoinWithSettings, AsksNothingMoreOfWhoNamesNone)
{
    const auto played = stage.join_as_given({});
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_EQ(stage.join(given()).exit, Exit::ok);
    EXPECT_EQ(stage.host.snapshot(), before);
}

TEST_F(JoinWithSettings, RemembersMoreIgnoredChecksAtOnce)
{
    auto more = given();
    more.ignore.emplace_back("ovs");
    more.dry_run = true;
    ASSERT_EQ(stage.join(more).exit, Exit::ok);
    EXPECT_EQ(stage.host.snapshot(), before);
    more.dry_run = false;
    ASSERT_EQ(stage.join(more).exit, Exit::ok);
    EXPECT_EQ((*load_membership(stage.host))->ignored, (Texts{"limits", "ovs"}));
    EXPECT_EQ(stage.join(given()).exit, Exit::cannot_run);
}

class JoinUnfinished : public testing::Test {
protected:
    void SetUp() override
    {
        stage.front_end.with([](FakeCloud& cloud) {
            cloud.rehearsal_findings = {{"probe-pci", "error", "lspci: command not found", "apt install pciutils"}};
        });
        ASSERT_EQ(stage.join({.name = "node1", .type = "qemu", .cluster = "prod"}).exit, Exit::failed);
        stage.front_end.with([](FakeCloud& cloud) { cloud.rehearsal_findings.clear(); });
    }
    Stage stage{};
};

TEST_F(JoinUnfinished, GoesOnWithAllThatWasAskedForWhereNothingIsNamed)
{
    ASSERT_EQ(stage.join_as_given({}).exit, Exit::ok);
    const auto kept = *load_membership(stage.host);
    EXPECT_EQ(kept->wishes.name, "node1");
    EXPECT_EQ(kept->wishes.type, "qemu");
    EXPECT_EQ(kept->wishes.cluster, "prod");
}

TEST_F(JoinUnfinished, LosesNothingUnawares)
{
    const auto played = stage.join({.name = "node2", .type = "qemu"});
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("would be lost: --cluster prod"), std::string::npos) << played.err;
    EXPECT_NE(played.err.find("--name node2 --type qemu --cluster prod"), std::string::npos) << played.err;
    EXPECT_EQ(stage.join({.name = "node2", .type = "qemu", .cluster = "prod"}).exit, Exit::ok);
}

TEST(JoinRefused, BindsNobodyToWhatTheFrontEndRefused)
{
    const std::vector<std::pair<int, one::wire::ApiError>> refusals{
        {400, {"invalid", "the host name", "it has a space", "--name NAME"}},
        {403, {"denied", "the name", "the token is for another", ""}},
        {404, {"not-found", "the cluster", "OpenNebula has no such cluster", ""}},
        {409, {"conflict", "the name", "host 3 has it", ""}},
    };
    for (const auto& [status, error] : refusals) {
        Stage stage;
        stage.front_end.refuse("/v1/enroll", status, error);
        ASSERT_EQ(stage.join({.name = "wrong", .cluster = "nowhere"}).exit, Exit::failed);
        stage.front_end.refuse("/v1/enroll", 0, {});
        const auto played = stage.join({.type = "qemu"});
        EXPECT_EQ(played.exit, Exit::ok) << status << ": " << played.err;
        EXPECT_EQ((*load_membership(stage.host))->wishes.cluster, "");
    }
}

}  // namespace
}  // namespace onenode::cli
