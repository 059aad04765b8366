// A join that goes well, and the ways in which it does not: what is said, what is left, and that no host stays.
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/support/file_with.hpp"
#include "tests/unit/support/golden.hpp"

#include "common/identity/certificate.hpp"
#include "common/text/words.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/link/places.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <chrono>

namespace onenode::cli {
namespace {

using one::test::expect_golden;
using one::test::file_with;
using Asked = std::vector<std::string>;

class Join : public testing::Test {
protected:
    Stage stage{};

    void expect_no_host()
    {
        EXPECT_TRUE(stage.front_end.with([](const FakeCloud& cloud) { return cloud.hosts.empty(); }));
    }
    MemberPhase phase() { return (*load_membership(stage.host))->phase; }
};

TEST_F(Join, TakesAMachineToAHostThatIsOn)
{
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    expect_golden("join.txt", stage.stable(played.out));
    EXPECT_EQ(played.err, "");
    EXPECT_EQ(stage.front_end.asked(),
              (Asked{"GET /v1/hello", "POST /v1/enroll", "POST /v1/prove/login", "POST /v1/prove/login/verdict",
                     "POST /v1/prove/monitoring", "POST /v1/prove/monitoring/verdict", "POST /v1/rehearse",
                     "POST /v1/register", "GET /v1/host", "POST /v1/joined"}));
    EXPECT_EQ(phase(), MemberPhase::joined);
    EXPECT_EQ(stage.path->sent,
              (Asked{"udp 10.0.0.1:4124 small", "udp 10.0.0.1:4124 larger", "tcp 10.0.0.1:4124 a line"}));
    EXPECT_EQ(*stage.host.read("/etc/notes"),
              "mine\n# begin onenode (newline added)\nzone OpenNebula\n# end onenode\n");
    EXPECT_FALSE(stage.host.stat("/run/onenode/login-nonce"));
}

TEST_F(Join, TellsAProgramTheSameEvents)
{
    stage.output.json = true;
    const auto played = stage.join();
    expect_golden("join.jsonl", stage.stable(played.out));
    for (const auto& line : one::split_lines(played.out))
        EXPECT_EQ(nlohmann::json::parse(line)["schema"], "onenode/1");
}

TEST_F(Join, SaysOnlyTheResultWhereItShallBeQuiet)
{
    stage.output.quiet = true;
    EXPECT_EQ(stage.join().out, "node1 is host 12 of OpenNebula.\n");
}

TEST_F(Join, ReportsAllThatIsWrongBeforeItCallsAnybody)
{
    stage.host.with_file("/etc/broken", "").with_file("/etc/odd", "");
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    expect_golden("join-refused.txt", stage.stable(played.out + played.err));
    EXPECT_TRUE(stage.front_end.asked().empty());
    EXPECT_EQ(stage.host.changes(), 0U);
}

TEST_F(Join, GoesOnWithAnErrorThatIsIgnoredAndSaysSo)
{
    stage.host.with_file("/etc/broken", "");
    stage.after_apply = small_checks();
    const auto played = stage.join({.ignore = {"broken"}});
    EXPECT_EQ(played.exit, Exit::warnings) << played.err;
    EXPECT_NE(played.out.find("[WARNING broken-machine]"), std::string::npos);
}

TEST_F(Join, RefusesToIgnoreWhatNoCheckHasAndWhatNoFlagOpensBeforeItLooks)
{
    const auto mistyped = stage.join({.ignore = {"brokn"}});
    EXPECT_EQ(mistyped.exit, Exit::cannot_run);
    EXPECT_EQ(mistyped.out, "") << "nothing was begun";
    EXPECT_NE(mistyped.err.find("cannot ignore brokn: no check has this id"), std::string::npos) << mistyped.err;
    EXPECT_NE(mistyped.err.find("did you mean broken?"), std::string::npos) << mistyped.err;

    for (const auto* guarded : {"foreign-vms", "bridge-delete-br0", "Two-Frontends"}) {
        const auto played = stage.join({.ignore = {"broken", guarded}});
        EXPECT_EQ(played.exit, Exit::cannot_run) << guarded;
        EXPECT_NE(played.err.find("could lose data, and no flag opens it"), std::string::npos) << played.err;
        EXPECT_NE(played.err.find("onenode doctor --explain"), std::string::npos) << played.err;
    }
    EXPECT_TRUE(stage.front_end.asked().empty());
}

constexpr const char* drivers_configuration = "/var/tmp/one/etc/conf";

std::vector<Finding> refuse_the_drivers(const Facts&, const HostView& host, const CheckContext&)
{
    if (!host.stat(drivers_configuration)) return {};
    return {{.severity = Severity::error, .message = "a bridge would go", .fix = "set it"}};
}

constexpr Check guard{.id = "guard", .title = "nothing is lost", .run = refuse_the_drivers, .data_loss = true};
constexpr std::array<const Check*, 1> guards{&guard};

TEST_F(Join, LooksAtItsGuardsOnceMoreWhenTheDriversAreHere)
{
    stage.preflight = guards;
    stage.path->on_datagram = [this] { stage.host.with_file(drivers_configuration, "deletes bridges"); };
    const auto played = stage.join({.ignore = {"all"}});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.out.find("[ERROR guard] a bridge would go"), std::string::npos) << played.out;
    EXPECT_EQ(stage.front_end.asked().back(), "POST /v1/rehearse") << "which brings them";
    expect_no_host();

    stage.host.without(drivers_configuration);
    stage.path->on_datagram = {};
    const auto again = stage.join({.ignore = {"all"}});
    EXPECT_EQ(again.exit, Exit::ok) << "the same command goes on: " << again.err;
}

TEST_F(Join, ShowsThePlanAndTouchesNothing)
{
    const auto played = stage.join({.dry_run = true});
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    expect_golden("join-dry-run.txt", stage.stable(played.out));
    EXPECT_EQ(stage.host.changes(), 0U);
    EXPECT_EQ(stage.front_end.asked(), (Asked{"GET /v1/hello", "POST /v1/plan"}));
}

TEST_F(Join, PlansAlsoForAMachineThatIsNotFitYet)
{
    stage.host.with_file("/etc/broken", "");
    const auto played = stage.join({.dry_run = true});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.out.find("would not yet join"), std::string::npos);
    EXPECT_NE(played.out.find("zone OpenNebula"), std::string::npos);
}

TEST_F(Join, NamesWhatIsWrongWithATokenAndNeverShowsIt)
{
    const std::string good = stage.token;
    for (const auto& [token, reason] : {std::pair{std::string{"\n"}, "it is empty"},
                                        {good.substr(0, 40), "it was cut"},
                                        {good.substr(0, good.size() - 1) + "!", "it was mistyped"},
                                        {std::string{"xyz"}, "this is no join token"}}) {
        stage.token = token;
        const auto played = stage.join();
        EXPECT_EQ(played.exit, Exit::failed);
        EXPECT_NE(played.err.find(reason), std::string::npos) << played.err;
        EXPECT_EQ((played.out + played.err).find(good.substr(7, 20)), std::string::npos);
    }
    EXPECT_TRUE(stage.front_end.asked().empty());
}

TEST_F(Join, DoesNotAskWhereItMayNot)
{
    stage.token.clear();
    EXPECT_NE(stage.join({.unattended = true}).err.find("--unattended forbids to ask"), std::string::npos);
}

TEST_F(Join, NeedsTheTokenThatTheFingerprintNames)
{
    EXPECT_NE(stage.join({.fingerprint = std::string(43, 'A')}).err.find("pins another certificate authority"),
              std::string::npos);
    EXPECT_EQ(stage.join({.fingerprint = stage.front_end.pin()}).exit, Exit::ok);
}

TEST_F(Join, TakesTheCertificateOfTheAuthorityInPlaceOfItsFingerprint)
{
    const auto now = std::chrono::system_clock::now();
    const auto other_authority = one::identity::make_authority("onenode CA", now, now + std::chrono::hours{1});
    const auto right = file_with("ca.pem", fake_authority().certificate_pem);
    const auto other = file_with("other.pem", other_authority->certificate_pem);
    const auto none = file_with("none.pem", "no certificate\n");
    const auto refusal = [this](JoinOptions options) { return stage.join(std::move(options)).err; };
    EXPECT_NE(refusal({.ca_file = none}).find(none), std::string::npos);
    EXPECT_NE(refusal({.ca_file = right + "x"}).find(right + "x"), std::string::npos);
    EXPECT_NE(refusal({.ca_file = other}).find("pins another certificate authority"), std::string::npos);
    EXPECT_NE(refusal({.fingerprint = std::string(43, 'A'), .ca_file = right}).find("names another certificate"),
              std::string::npos);
    EXPECT_TRUE(stage.front_end.asked().empty());
    EXPECT_EQ(stage.join({.fingerprint = stage.front_end.pin(), .ca_file = right}).exit, Exit::ok);
}

class JoinWithoutToken : public Join {
protected:
    JoinWithoutToken() { stage.token.clear(); }

    Played join() { return stage.join({.fingerprint = stage.front_end.pin(), .unattended = true}); }
    void answers(std::vector<std::string> states)
    {
        stage.front_end.with([&](FakeCloud& cloud) { cloud.approval = std::move(states); });
    }
};

TEST_F(JoinWithoutToken, ShowsACodeAndGoesOnOnceAnAdminSaidYes)
{
    answers({"waiting", "waiting", "approved"});
    const auto played = join();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_NE(played.out.find("onefrontend node approve BCDF-GHJK"), std::string::npos) << played.out;
    EXPECT_NE(played.out.find(stage.front_end.pin()), std::string::npos);
    EXPECT_EQ(phase(), MemberPhase::joined);
    EXPECT_FALSE(stage.host.stat(places::approval)) << "the secret is of no use any more";
}

TEST_F(JoinWithoutToken, IsToldANoAndForgetsItsSecret)
{
    answers({"waiting", "rejected"});
    const auto played = join();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("rejected it"), std::string::npos) << played.err;
    EXPECT_FALSE(stage.host.stat(places::approval));
}

TEST_F(JoinWithoutToken, EndsWhenNobodyAnswersInTime)
{
    answers({"BCDF-GHJK", "KLMN-PQRS"});
    const auto played = join();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("nobody approved this machine"), std::string::npos) << played.err;
    EXPECT_NE(played.err.find("Left on this machine: what it asked an admin's approval with."), std::string::npos);
    EXPECT_EQ(played.err.find("Nothing was changed"), std::string::npos) << played.err;
}

TEST_F(JoinWithoutToken, GoesOnWithTheSameSecretAfterItWasInterrupted)
{
    stage.front_end.refuse("/v1/enroll", 500, {"internal", "the enrollment", "it broke", ""});
    EXPECT_EQ(join().exit, Exit::failed);
    stage.front_end.refuse("/v1/enroll", 0, {});
    answers({"waiting"});  // would wait for ever
    EXPECT_EQ(join().exit, Exit::ok);
}

TEST_F(JoinWithoutToken, HasNoPlanToShow)
{
    const auto played = stage.join({.fingerprint = stage.front_end.pin(), .unattended = true, .dry_run = true});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("without one the front-end shows no plan"), std::string::npos) << played.err;
}

TEST_F(JoinWithoutToken, LeavesNothingWhereThePersonGivesUp)
{
    answers({"BCDF-GHJK", "KLMN-PQRS"});
    EXPECT_EQ(join().exit, Exit::failed);
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_FALSE(stage.host.stat(places::state_dir));
}

TEST_F(Join, IsForRoot)
{
    stage.host.as_user(1000);
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("sudo onenode join"), std::string::npos);
}

TEST_F(Join, NamesAnotherOnenodeThatIsAtWorkForLonger)
{
    stage.host.locked_by(42);
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("process 42 holds it"), std::string::npos);
}

TEST_F(Join, CallsAWrongClockAWrongClock)
{
    stage.front_end.with([](FakeCloud& cloud) { cloud.time_ms += 3 * 60 * 1000; });
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("wrong clock: this machine's clock is 3m behind the front-end's"), std::string::npos)
        << played.err;
    EXPECT_EQ(stage.front_end.asked(), (Asked{"GET /v1/hello", "GET /v1/hello"})) << "looked at twice, and no more";
}

TEST_F(Join, WarnsOfAClockThatIsALittleWrong)
{
    stage.front_end.with([](FakeCloud& cloud) { cloud.time_ms -= 5'000; });
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("5.0 s ahead of"), std::string::npos);
}

TEST_F(Join, SaysThatNobodyListensThere)
{
    stage.front_end.go_away();
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("nothing listens there"), std::string::npos) << played.err;
    EXPECT_NE(played.err.find("Nothing was changed on this machine."), std::string::npos);
}

TEST_F(Join, EndsWhereTheFrontEndCannotTakeThisMachine)
{
    stage.front_end.with([](FakeCloud& cloud) {
        cloud.enroll_findings = {{"host-name", "error", "node1 resolves to 10.9.9.9 on the front-end", "--name NAME"}};
    });
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.out.find("[ERROR host-name]"), std::string::npos);
    EXPECT_NE(played.err.find("Left on this machine: the node's key."), std::string::npos);
    expect_no_host();
}

TEST_F(Join, NamesTheProofThatFailed)
{
    stage.front_end.with([](FakeCloud& cloud) {
        cloud.login_findings = {{"login", "error", "port 22 of 10.0.0.11 is filtered", "allow it"}};
    });
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.out.find("[ERROR login] port 22 of 10.0.0.11 is filtered"), std::string::npos);
    EXPECT_FALSE(stage.host.stat("/run/onenode/login-nonce"));
    expect_golden("join-proof-failed.err.txt", stage.stable(played.err));
    expect_no_host();
}

TEST_F(Join, LetsTheFrontEndChooseNoOtherPlaceForItsNonce)
{
    for (const auto* path : {"/etc/cron.d/x", "/run/onenode/../../etc/x", "/run/onenode/", "/run/onenode/a/b",
                             "/run/onenode/agent.json", "", "/run/onenode/.x"}) {
        stage.front_end.with([path](FakeCloud& cloud) { cloud.nonce_path = path; });
        const auto played = stage.join();
        EXPECT_EQ(played.exit, Exit::failed) << path;
        EXPECT_NE(played.err.find("outside of /run/onenode"), std::string::npos) << played.err;
    }
}

TEST_F(Join, TakesTheHostBackThatDoesNotComeUp)
{
    stage.front_end.with([](FakeCloud& cloud) {
        cloud.end_state = "err";
        cloud.end_reason = "Error executing pci.rb: lspci: command not found";
    });
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    expect_golden("join-host-in-error.err.txt", stage.stable(played.err));
    EXPECT_EQ(stage.front_end.asked().back(), "POST /v1/abandon");
    expect_no_host();
}

TEST_F(Join, DoesNotWaitForEver)
{
    stage.front_end.with([](FakeCloud& cloud) { cloud.polls_until_on = 1000; });
    const auto played = stage.join({.wait = std::chrono::seconds{60}});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("did not show it `on` within 1m"), std::string::npos) << played.err;
    expect_no_host();
}

TEST_F(Join, SaysThatItsHostIsGoneWhileItWaits)
{
    stage.front_end.with([](FakeCloud& cloud) {
        cloud.polls_until_on = 1000;
        cloud.on_request = [&cloud](const std::string& request) {
            if (request.find("/v1/host") != std::string::npos) cloud.hosts.clear();
        };
    });
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("it is gone from OpenNebula"), std::string::npos) << played.err;
    EXPECT_EQ(played.err.find("somebody changed its state"), std::string::npos) << played.err;
}

TEST_F(Join, StopsAtTheNextWaitWhenItIsInterrupted)
{
    stage.path->on_datagram = [this] { stage.network.interrupt(); };
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("error: interrupted"), std::string::npos) << played.err;
    EXPECT_NE(played.err.find("run onenode join again"), std::string::npos);
    expect_no_host();
}

TEST_F(Join, TakesTheHostBackAlsoWhenItIsInterrupted)
{
    stage.front_end.with([this](FakeCloud& cloud) {
        cloud.polls_until_on = 1000;
        cloud.on_request = [this](const std::string& request) {
            if (request == "GET /v1/host")
                one::asio::post(stage.network.executor(), [this] { stage.network.interrupt(); });
        };
    });
    const auto played = stage.join({.wait = std::chrono::hours{24}});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("error: interrupted"), std::string::npos) << played.err;
    EXPECT_NE(played.err.find("No host was left in OpenNebula."), std::string::npos) << played.err;
    expect_no_host();
}

TEST_F(Join, SaysWhatRemainsOnAFullDisk)
{
    stage.host.fail_from(8, ENOSPC);
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("No space left on device"), std::string::npos) << played.err;
    EXPECT_NE(played.err.find("Left on this machine"), std::string::npos) << played.err;
    stage.host.recover();
    EXPECT_EQ(stage.join().exit, Exit::ok);
}

TEST_F(Join, WarnsWhereTheAgentDoesNotStart)
{
    stage.host.answering({"systemctl", "enable"}, CommandOutput{1, "", "Unit onenode.service not found.\n"});
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("onenode.service did not start: Unit onenode.service not found."), std::string::npos);
}

TEST_F(Join, SaysHowToRunTheAgentWithoutSystemd)
{
    stage.host.without("/run/systemd/system");
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::ok);
    EXPECT_NE(played.out.find("start `onenode agent`"), std::string::npos);
}

TEST_F(Join, DoesNotLetMessagesSteerTheTerminal)
{
    stage.front_end.with([](FakeCloud& cloud) { cloud.login_findings = {{"login", "error", "\033]0;evil\007", ""}}; });
    const auto played = stage.join();
    EXPECT_EQ((played.out + played.err).find('\033'), std::string::npos);
}

class JoinAgain : public Join {
protected:
    void SetUp() override
    {
        ASSERT_EQ(stage.join().exit, Exit::ok);
        before = stage.host.snapshot();
        stage.front_end.with([](FakeCloud& cloud) { cloud.asked.clear(); });
    }
    Snapshot before{};
};

TEST_F(JoinAgain, ChangesNothingAndSaysSo)
{
    stage.token.clear();
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_EQ(played.out, "node1 is joined already: host 12 of OpenNebula. Nothing was changed.\n");
    EXPECT_EQ(stage.host.snapshot(), before);
    EXPECT_EQ(stage.front_end.asked(), Asked{"GET /v1/host"});
}

TEST_F(JoinAgain, DoesNotSayThatNothingWasChangedWhereItRemembers)
{
    const auto ignoring = stage.join({.ignore = {"broken"}});
    EXPECT_NE(ignoring.out.find("What was asked for besides is remembered."), std::string::npos) << ignoring.out;
    EXPECT_EQ((*load_membership(stage.host))->ignored, std::vector<std::string>{"broken"});
    EXPECT_NE(stage.join({.ignore = {"broken"}}).out.find("Nothing was changed."), std::string::npos);
    const auto installing = stage.join({.ignore = {"broken"}, .install_packages = true});
    EXPECT_NE(installing.out.find("What was asked for besides is remembered."), std::string::npos) << installing.out;
}

TEST_F(JoinAgain, StartsTheAgentThatAKilledJoinDidNotComeTo)
{
    int started = 0;
    stage.host.answering({"systemctl", "is-active"}, CommandOutput{.exit_code = 3})
        .answering({"systemctl", "enable"}, [&started](const Command&) {
            ++started;
            return Result<CommandOutput>{CommandOutput{}};
        });
    EXPECT_EQ(stage.join({.dry_run = true}).exit, Exit::ok);
    EXPECT_EQ(started, 0);
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::ok);
    EXPECT_EQ(started, 1);
    EXPECT_NE(played.out.find("Its agent did not run and was started."), std::string::npos) << played.out;
    EXPECT_EQ(played.out.find("Nothing was changed"), std::string::npos) << played.out;
}

TEST_F(JoinAgain, RefusesWhatWasAskedDifferently)
{
    const auto played = stage.join({.frontend = "two.example.com", .name = "other", .type = "lxc"});
    EXPECT_EQ(played.exit, Exit::cannot_run);
    expect_golden("join-again-differently.err.txt", stage.stable(played.err));
    EXPECT_TRUE(stage.front_end.asked().empty());
    EXPECT_EQ(stage.host.snapshot(), before);
}

TEST_F(JoinAgain, SaysThatTheHostWasRemoved)
{
    stage.front_end.with([](FakeCloud& cloud) { cloud.hosts.clear(); });
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("its host was removed from OpenNebula"), std::string::npos);
}

TEST_F(JoinAgain, SaysThatTheNodeWasForgotten)
{
    stage.front_end.with([](FakeCloud& cloud) { cloud.node.reset(); });
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("does not accept it any more"), std::string::npos);
    EXPECT_NE(played.err.find("onenode leave --offline"), std::string::npos);
}

TEST_F(JoinAgain, IsFineWithoutTheFrontEndButWarns)
{
    stage.front_end.go_away();
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("Nothing was changed."), std::string::npos);
    EXPECT_EQ(stage.host.snapshot(), before);
}

}  // namespace
}  // namespace onenode::cli
