// The agent's loop: it follows the desired state, renews its certificate in time, survives its front-end, and stops.
#include "nodeagent/watch/agent.hpp"
#include "nodeagent/watch/agent_status.hpp"
#include "nodeagent/watch/notify.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/places.hpp"
#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/nodeagent/link/fake_front_end.hpp"
#include "tests/unit/nodeagent/watch/fake_eye.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <thread>
#include <utility>

namespace onenode {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;
using Time = system_clock::time_point;

constexpr std::string_view zone_file = "/etc/zone";
constexpr std::array reads{zone_file};

Changes plan_zone(const Facts& facts, const one::wire::DesiredState& desired)
{
    if (facts.text(zone_file) == desired.zone) return {};
    return {WriteFile{.path = std::string{zone_file}, .text = desired.zone, .why = "the zone changed"}};
}

constexpr Step zone_step{"zone", "the zone is written down", reads, plan_zone};
constexpr std::array steps_of_tests{&zone_step};

Time year(int number)
{
    return Time{seconds{1'577'836'800}} + std::chrono::hours{24 * 365} * (number - 2020);
}

class AgentTest : public testing::Test {
protected:
    void SetUp() override
    {
        host.at(year(2026));
        auto key = *node_key(host);
        const auto der = *one::identity::public_key_of(key);
        const one::identity::Issue issue{.common_name = "node-21",
                                         .purpose = one::identity::Purpose::client,
                                         .not_before = year(2020),
                                         .not_after = year(2040)};
        const auto chain = *one::identity::issue(fake_authority(), der, issue);
        ASSERT_TRUE(store_certificate(host, chain, fake_authority().certificate_pem));
        member = {.phase = MemberPhase::joined, .frontend = front_end.address(), .node_id = 21, .host_id = 12};
        member.desired = front_end.with([&](FakeCloud& cloud) {
            cloud.node = FakeNode{.key = der, .phase = "joined", .host_id = 12};
            return cloud.desired;
        });
        ASSERT_TRUE(save_membership(host, member));
    }

    void change_zone(const std::string& zone)
    {
        front_end.with([&zone](FakeCloud& cloud) {
            cloud.desired.zone = zone;
            cloud.desired.version = one::wire::version_of(cloud.desired);
        });
    }

    /// Runs rounds until `enough` after one of them, at most 500.
    Result<> run(const std::function<bool()>& enough)
    {
        int rounds = 0;
        AgentEvents events;
        events.status = [this](const AgentStatus& status) {
            if (said.empty() || said.back() != status.sentence) said.push_back(status.sentence);
        };
        events.host = on_host;
        events.round = [&] {
            if (enough() || ++rounds > 500) network.interrupt();
        };
        auto frontend = *as_node(network, *parse_frontend(member.frontend), *load_identity(host));
        auto reports = *as_node(network, *parse_frontend(member.frontend), *load_identity(host));
        Agent agent{host,
                    std::move(frontend),
                    member,
                    steps_of_tests,
                    {.poll = seconds{1},
                     .least_round = seconds{0},
                     .first_retry = seconds{0},
                     .last_retry = seconds{0},
                     .quiet = std::chrono::milliseconds{1},
                     .way_in = std::chrono::milliseconds{1},
                     .checker = {.quiet = std::chrono::milliseconds{1}, .breather = std::chrono::milliseconds{1}}},
                    events,
                    eyes,
                    std::move(reports)};
        auto ended = network.wait(agent.run());
        EXPECT_LE(rounds, 500);
        network.go_on();
        return ended;
    }

    /// Until the test interrupts it.
    Result<> run_by(AgentLimits limits, AgentEvents events)
    {
        auto frontend = *as_node(network, *parse_frontend(member.frontend), *load_identity(host));
        Agent agent{host, std::move(frontend), member, steps_of_tests, limits, std::move(events)};
        return network.wait(agent.run());
    }

    void run_until(const std::function<bool()>& enough)
    {
        const auto ended = run(enough);
        EXPECT_TRUE(ended || ended.error().kind == ErrorKind::interrupted) << one::to_text(ended.error());
    }

    FakeHost host{};
    FakeFrontEnd front_end{};
    Network network{std::make_unique<RealMonitoringPath>(), Signals::leave_alone};
    Membership member{};
    std::vector<std::string> said{};
    Eyes eyes{};
    std::function<void(const Result<one::wire::HostReport>&)> on_host{};
};

TEST_F(AgentTest, FollowsTheDesiredState)
{
    change_zone("two");
    run_until([&] { return host.stat(zone_file).has_value(); });
    EXPECT_EQ(*host.read(zone_file), "two");
    EXPECT_EQ((*load_membership(host))->desired.zone, "two");
    change_zone("three");
    member = **load_membership(host);
    run_until([&] { return *host.read(zone_file) == "three"; });
    EXPECT_EQ((*load_membership(host))->desired.zone, "three");
    EXPECT_EQ(said.front(),
              "joined to " + front_end.address() + " as node1 (host 12), certificate until 2039-12-27 00:00 UTC");
}

TEST_F(AgentTest, AsksAboutTheHostNowAndThenForWhoWantsToKnow)
{
    std::vector<std::string> states;
    on_host = [&states](const Result<one::wire::HostReport>& report) {
        states.push_back(report ? report->state : one::to_line(report.error()));
    };
    run_until([rounds = 0]() mutable { return ++rounds == 5; });
    EXPECT_EQ(states.size(), 1U) << "not in every round";
    run_until([&] {
        host.advance(seconds{301});
        return states.size() == 3;
    });
}

TEST_F(AgentTest, AddsNoRepositoryAndReportsAVersionThatDiffers)
{
    std::string here = "7.4.0-1";
    host.with_directory("/var/lib/dpkg")
        .with_program("apt-get")
        .answering({"dpkg-query", "-W"},
                   [&here](const Command&) { return Result<CommandOutput>{CommandOutput{.out = "ii  " + here}}; });
    const auto is_said = [this](std::string_view words) {
        return !said.empty() && said.back().find(words) != std::string::npos;
    };
    front_end.with([](FakeCloud& cloud) {
        cloud.desired.opennebula = "7.6.0";
        cloud.desired.repository = {.apt = "https://mirror.example.com/", .suite = "./", .key = "of a thief"};
        cloud.desired.version = "another";
    });
    run_until([&] { return is_said("the front-end is OpenNebula 7.6.0, and opennebula-rubygems here is 7.4.0-1"); });
    EXPECT_TRUE(is_said("onenode join --install-packages"));
    for (const auto& touched : host.touched()) {
        EXPECT_EQ(touched.find("/etc/apt"), std::string::npos) << touched;
        EXPECT_EQ(touched.find("run apt-get"), std::string::npos) << touched;
    }
    here = "7.8.0-1";
    run_until([&] { return is_said("opennebula-rubygems here is 7.8.0-1: upgrade the front-end"); });
    here = "7.6.1-1";  // of the same release: nothing that breaks
    member = **load_membership(host);
    run_until([&] { return is_said("joined to") && is_said("opennebula-rubygems here is 7.6.1-1"); });
    here = "7.6.0-1";
    run_until([&] { return is_said("joined to") && !is_said("opennebula-rubygems"); });
    here = "7.4.0-1";
    bool is_told = false;
    run_until([&] {
        if (!is_told && is_said("opennebula-rubygems here is 7.4.0-1")) {
            is_told = true;
            front_end.with([](FakeCloud& cloud) {
                cloud.desired.opennebula.clear();
                cloud.desired.version = "of a front-end that does not know its own";
            });
        }
        return is_told && is_said("joined to");
    });
    EXPECT_TRUE(is_said("joined to")) << said.back();
}

TEST_F(AgentTest, ReportsWhereItIsAtItsStartAndWhenThatChanges)
{
    FakeEye addresses;
    FakeEye host_name;
    eyes = {.addresses = &addresses, .host_name = &host_name};
    addresses.when_waiting = [&] {
        if (!host.addresses().empty()) return;
        host.with_address("10.0.0.31");
        addresses.saw_something();
    };
    host_name.when_waiting = [&] {
        if (host.host_name() == "kvm9") return;
        host.with_host_name("kvm9");
        host_name.saw_something();
    };
    run_until([&] {
        const auto reported = front_end.with([](const FakeCloud& cloud) { return cloud.reported; });
        return reported.addresses == std::vector<std::string>{"10.0.0.31"} && reported.host_name == "kvm9";
    });
    const auto asked = front_end.asked();
    EXPECT_GE(std::ranges::count(asked, "POST /v1/moved"), 2) << "the first one came before the change";
    EXPECT_EQ(said.size(), 1U) << "that a question was asked anew is no news";
}

TEST_F(AgentTest, HasTheMachineCheckedAtItsStartAndAfterEachChange)
{
    std::atomic<int> looks = 0;
    eyes.health = [&] { return Checkup{.at = "2026-09-21T14:13:20Z", .passed = ++looks, .warnings = 1}; };
    const auto says = [&](int passed) {
        const auto words = std::to_string(passed) + '/' + std::to_string(passed + 1) + " checks pass, 1 warning, cert";
        return !said.empty() && said.back().find(words) != std::string::npos;
    };
    bool is_changed = false;
    run_until([&] {
        if (!is_changed && looks > 0 && says(looks)) {
            change_zone("two");
            is_changed = true;
        }
        return is_changed && host.read(zone_file).value_or("") == "two" && says(looks) && looks > 1;
    });
    EXPECT_TRUE(is_changed && says(looks)) << said.back();
    EXPECT_LE(looks, 5);
}

TEST_F(AgentTest, MendsAtItsStartWhatWasEditedMeanwhile)
{
    run_until([&] { return host.stat(zone_file).has_value(); });
    const auto zone = *host.read(zone_file);
    ASSERT_TRUE(host.write({.path = std::string{zone_file}, .text = "edited"}));
    run_until([&] { return *host.read(zone_file) == zone; });
}

TEST_F(AgentTest, TouchesNothingWhereNothingChanged)
{
    run_until([&] { return host.stat(zone_file).has_value(); });
    const auto changes = host.changes();
    run_until([rounds = 0]() mutable { return ++rounds == 5; });
    EXPECT_EQ(host.changes(), changes);
}

TEST_F(AgentTest, IsStoppedByASignal)
{
    const auto ended = run([] { return true; });
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, ErrorKind::interrupted);
}

TEST_F(AgentTest, IsStoppedAlsoWhileACheckDoesNotEnd)
{
    std::promise<void> begun;
    std::promise<void> server_is_back;
    eyes.health = [&] {
        begun.set_value();
        server_is_back.get_future().wait();
        return Checkup{};
    };
    AgentEvents events;
    bool has_begun = false;
    events.alive = [&, looks = begun.get_future().share()] {
        has_begun = has_begun || looks.wait_for(seconds{0}) == std::future_status::ready;
        if (has_begun) network.interrupt();
    };
    auto frontend = *as_node(network, *parse_frontend(member.frontend), *load_identity(host));
    Agent agent{
        host,
        std::move(frontend),
        member,
        steps_of_tests,
        {.alive = std::chrono::milliseconds{1}, .stop = seconds{1}, .checker = {.quiet = std::chrono::milliseconds{1}}},
        events,
        eyes};
    const auto ended = network.wait(agent.run());
    EXPECT_TRUE(has_begun && !ended);
    EXPECT_FALSE(agent.let_work_end()) << "so the process ends at once";
    server_is_back.set_value();
    while (!agent.let_work_end())
        std::this_thread::yield();
}

TEST(AgentsWork, IsWaitedForAndNotForEver)
{
    one::asio::thread_pool worker{1};
    std::promise<void> server_is_back;
    one::asio::post(worker, [&] { server_is_back.get_future().wait(); });
    EXPECT_FALSE(ends_within(worker, std::chrono::milliseconds{10}));
    server_is_back.set_value();
    EXPECT_TRUE(ends_within(worker, seconds{10}));
}

// A front-end that does not answer, a slow resolver: no reason for systemd to kill the agent.
TEST_F(AgentTest, IsAliveAlsoWhileARoundTakesLong)
{
    AgentEvents events;
    int signs = 0;
    int rounds = 0;
    std::string degraded;
    events.status = [&](const AgentStatus& status) {
        if (!status.troubles.empty()) degraded = status.sentence;
    };
    events.round = [&] { ++rounds; };
    events.alive = [&] {
        if (++signs == 3) network.interrupt();
    };
    const auto ended =
        run_by({.poll = seconds{60}, .least_round = seconds{60}, .alive = std::chrono::milliseconds{1}}, events);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, ErrorKind::interrupted);
    EXPECT_EQ(degraded, "") << "that it was cut off is no news";
    EXPECT_GE(signs, 3);
    EXPECT_LE(rounds, 1) << "the first look, whose pause the interruption ended";
}

TEST_F(AgentTest, IsNotHurriedByAFrontEndThatWantsAnotherThingEachTime)
{
    AgentEvents events;
    int signs = 0;
    int rounds = 0;
    events.round = [&] { change_zone(std::to_string(++rounds)); };
    events.alive = [&] {
        if (++signs == 3) network.interrupt();
    };
    EXPECT_FALSE(
        run_by({.poll = seconds{60}, .least_round = seconds{60}, .alive = std::chrono::milliseconds{200}}, events));
    EXPECT_LE(rounds, 1);
}

TEST_F(AgentTest, RestsOnceWhenTheWorkOfTheStartIsOver)
{
    AgentEvents events;
    int rests = 0;
    int signs = 0;
    events.rest = [&] { ++rests; };
    events.alive = [&] {
        if (++signs == 5) network.interrupt();
    };
    EXPECT_FALSE(run_by({.alive = std::chrono::milliseconds{50}, .rest = seconds{0}}, events));
    EXPECT_EQ(rests, 1);
}

TEST_F(AgentTest, SaysAtOnceWhatTheMachineKnowsAlsoBeforeTheFrontEndAnswers)
{
    FakeEye addresses;
    eyes = {.addresses = &addresses};
    front_end.refuse("/v1/desired", 503, {"busy", "oned", "it does not answer", ""});
    run_until([&] { return said.size() == 2; });
    ASSERT_EQ(said.size(), 2U);
    EXPECT_TRUE(said[0].starts_with("joined to " + front_end.address() + " as node1 (host 12)")) << said[0];
    EXPECT_NE(said[0].find("certificate until"), std::string::npos) << said[0];
    EXPECT_TRUE(said[1].starts_with("degraded: ")) << said[1];
}

TEST_F(AgentTest, IsNotWellWhereItSeesNothing)
{
    eyes.blind = "edits of managed files are not noticed: cannot watch files of this machine";
    eyes.health = [] { return Checkup{.at = "2026-09-21T14:13:20Z", .passed = 7}; };
    run_until([rounds = 0]() mutable { return ++rounds > 3; });
    ASSERT_FALSE(said.empty());
    EXPECT_EQ(said.back(), "degraded: " + eyes.blind);
}

TEST_F(AgentTest, HasTheMachineCheckedSoonWhenTheWayInChanges)
{
    FakeEye way_in;
    std::atomic<int> looks = 0;
    eyes.way_in = &way_in;
    eyes.health = [&] { return Checkup{.at = "2026-09-21T14:13:20Z", .passed = ++looks}; };
    constexpr int enough = 6;  // more than the start brings with it
    way_in.when_waiting = [&] {
        if (looks < enough) way_in.saw_something();
    };
    run_until([&] { return looks >= enough; });
    EXPECT_GE(looks, enough);
    EXPECT_LE(looks, enough + 1) << "one may be under way when the agent ends";
}

TEST_F(AgentTest, FollowsNothingThatIsNotTheFrontEndsToDecide)
{
    front_end.with([](FakeCloud& cloud) {
        cloud.desired.datastore_location = "/etc";
        cloud.desired.version = one::wire::version_of(cloud.desired);
    });
    const auto changes = host.changes();
    run_until([&] { return said.size() > 1; });
    EXPECT_NE(said.back().find("degraded: cannot follow the front-end: it wants the datastores at \"/etc\""),
              std::string::npos)
        << said.back();
    EXPECT_EQ(host.changes(), changes);
}

struct Broken {
    const char* what = "";
    std::function<std::string(one::wire::DesiredState)> text{};
    const char* told = "";
};

std::string times(int count, const std::string& text)
{
    std::string all;
    for (int at = 0; at < count; ++at)
        all += text;
    return all;
}

std::vector<Broken> broken_answers()
{
    return {
        {"many peers",
         [](auto desired) {
             for (int at = 0; at < 20'000; ++at)
                 desired.peers.push_back({.name = fmt::format("kvm{}", at), .address = "10.1.2.3"});
             return to_json(desired);
         },
         "its desired state names 20000 peers, more than the 12000 that a node takes"},
        {"many values", [](auto) { return "{\"peers\":[{}" + times(1'000'000, ",{}") + "]}"; }, "has more values"},
        {"deep", [](auto) { return "{\"peers\":" + times(100'000, "[") + times(100'000, "]") + '}'; }, "nested deeper"},
        {"no text", [](auto) { return std::string{"{\"zone\":\"\xff\xfe\"}"}; }, "it is not JSON"},
        {"a large body", [](auto) { return std::string(20'000'000, ' '); }, "its answer is larger than 8388608 bytes"},
        {"a type of tomorrow",
         [](auto desired) {
             desired.type = "vmware";
             return to_json(desired);
         },
         "it calls this machine a node of type \"vmware\""},
        {"a second line",
         [](auto desired) {
             desired.peers.push_back({.name = "kvm2\n10.0.0.66 frontend", .address = "10.1.2.3"});
             return to_json(desired);
         },
         "a line break or another control character stands in the peers"},
    };
}

TEST_F(AgentTest, KeepsWhatIsInForceWhateverABrokenFrontEndSaysAndFollowsItWhenItIsMended)
{
    for (const auto& broken : broken_answers()) {
        front_end.with([&broken](FakeCloud& cloud) {
            auto desired = cloud.desired;
            desired.version = "another";
            cloud.desired_text = broken.text(std::move(desired));
        });
        const auto changes = host.changes();
        const auto is_told = [&] { return !said.empty() && said.back().find(broken.told) != std::string::npos; };
        run_until(is_told);
        EXPECT_TRUE(is_told()) << broken.what << ": " << (said.empty() ? "" : said.back());
        EXPECT_EQ(host.changes(), changes) << broken.what;

        front_end.with([](FakeCloud& cloud) { cloud.desired_text.clear(); });
        change_zone(broken.what);
        run_until([&] { return host.read(zone_file).value_or("") == broken.what; });
        EXPECT_EQ(host.read(zone_file).value_or(""), broken.what);
    }
}

TEST_F(AgentTest, OutlivesAClockThatJumpsAYearBothWays)
{
    constexpr std::chrono::seconds a_year{std::chrono::hours{24 * 365}};
    int round = 0;
    (void)run([&] {
        host.advance(round % 2 == 0 ? a_year : -2 * a_year);
        if (round == 4) change_zone("Later");
        ++round;
        return host.read("/etc/zone").value_or("") == "Later";
    });
    EXPECT_GT(round, 4);
    EXPECT_EQ(host.read("/etc/zone").value_or(""), "Later");
    EXPECT_EQ(std::ranges::find_if(said, [](const std::string& text) { return text.starts_with("degraded"); }),
              said.end());
}

TEST_F(AgentTest, EndsWhenTheMachineLeaves)
{
    const auto ended = run([&] {
        member.phase = MemberPhase::leaving;
        EXPECT_TRUE(save_membership(host, member));
        return false;
    });
    EXPECT_TRUE(ended);
    EXPECT_EQ(said.back(), "this machine is no longer joined");
}

TEST_F(AgentTest, RenewsItsCertificateAtTwoThirdsOfItsLife)
{
    const auto old = *host.read(places::certificate);
    run_until([rounds = 0]() mutable { return ++rounds == 3; });
    EXPECT_EQ(*host.read(places::certificate), old);
    host.at(year(2035));
    run_until([&] { return *host.read(places::certificate) != old; });
    EXPECT_NE(*host.read(places::certificate), old);
    const auto asked = front_end.asked();
    EXPECT_NE(std::ranges::find(asked, "POST /v1/renew"), asked.end());
}

TEST_F(AgentTest, RenewsWithANewKeyThatTheFrontEndTakesFromItsFirstUseOn)
{
    const auto old = *host.read(places::key);
    host.at(year(2035));
    change_zone("two");
    run_until([&] { return host.stat(zone_file).has_value(); });  // asked for with the new certificate
    EXPECT_NE(*host.read(places::key), old);
    EXPECT_FALSE(host.stat(places::next_key));
    const auto known = front_end.with([](FakeCloud& cloud) { return cloud.node->key; });
    EXPECT_EQ(known, *one::identity::public_key_of(one::Secret{*host.read(places::key)}));
}

class ComingBack : public AgentTest {
protected:
    /// The requests about certificates, until there is a fresh one.
    std::vector<std::string> asked_until_renewed()
    {
        const auto old = *host.read(places::certificate);
        run_until([&] { return *host.read(places::certificate) != old; });
        EXPECT_NE(*host.read(places::certificate), old);
        auto asked = front_end.asked();
        std::erase_if(asked, [](const auto& line) {
            return line.find("/v1/renew") == std::string::npos && line.find("/v1/recover") == std::string::npos;
        });
        return asked;
    }
    const std::vector<std::string> recovered{"POST /v1/recover", "POST /v1/recover/signed"};
};

TEST_F(ComingBack, IsBySignatureWhereTheCertificateHasEnded)
{
    host.at(year(2041));
    EXPECT_EQ(asked_until_renewed(), recovered);
}

TEST_F(ComingBack, IsBySignatureAlsoWhereOnlyTheFrontEndKnowsThatItHasEnded)
{
    host.at(year(2035));
    front_end.refuse("/v1/renew", 403, {"denied", "this machine's certificate", "it has ended", ""});
    const auto asked = asked_until_renewed();
    EXPECT_EQ(asked, (std::vector<std::string>{"POST /v1/renew", recovered[0], recovered[1]}));
}

TEST_F(ComingBack, IsByRenewalWhereTheFrontEndIsOlder)
{
    host.at(year(2041));
    front_end.refuse("/v1/recover", 404, {"unsupported", "/v1/recover", "there is no such path", ""});
    EXPECT_EQ(asked_until_renewed(), (std::vector<std::string>{"POST /v1/recover", "POST /v1/renew"}));
}

TEST_F(ComingBack, IsByRenewalWhereTheFrontEndSaysThatNothingHasEnded)
{
    host.at(year(2041));
    front_end.refuse("/v1/recover/signed", 409, {"conflict", "this machine's certificate", "it has not ended", ""});
    EXPECT_EQ(asked_until_renewed(), (std::vector<std::string>{recovered[0], recovered[1], "POST /v1/renew"}));
}

TEST_F(AgentTest, RenewsOnceWhereTheFrontEndsAuthoritiesAreOthers)
{
    const auto renewals = [this] {
        const auto asked = front_end.asked();
        return std::ranges::count(asked, "POST /v1/renew");
    };
    const auto key = one::identity::read_certificate(fake_authority().certificate_pem)->public_key;
    const auto present = one::identity::pin_of_key(key);
    front_end.with([&](FakeCloud& cloud) { cloud.authorities = present; });
    run_until([rounds = 0]() mutable { return ++rounds == 3; });
    EXPECT_EQ(renewals(), 0) << "it knows these";
    front_end.with([&](FakeCloud& cloud) { cloud.authorities = "newest," + present; });
    int rounds = 0;
    run_until([&] {
        host.advance(seconds{60});
        return ++rounds == 5;
    });
    EXPECT_EQ(renewals(), 1) << "also where the answer brought no other ones";
}

TEST_F(AgentTest, FollowsAlsoWhileItCannotRenew)
{
    host.at(year(2035));
    front_end.refuse("/v1/renew", 500, {"internal", "the signer", "it does not run", ""});
    change_zone("two");
    run_until([&] { return host.stat(zone_file).has_value() && said.size() > 1; });
    EXPECT_EQ(*host.read(zone_file), "two");
    EXPECT_NE(said.back().find("degraded: cannot renew the certificate of the signer: it does not run"),
              std::string::npos)
        << said.back();
}

TEST_F(AgentTest, WritesItsDeedsIntoTheHistory)
{
    change_zone("two");
    run_until([&] { return host.stat(zone_file).has_value(); });
    host.at(year(2035));
    const auto old = *host.read(places::certificate);
    run_until([&] { return *host.read(places::certificate) != old; });
    const auto deeds = *recall(host, places::state_dir);
    ASSERT_EQ(deeds.size(), 2U);
    EXPECT_EQ(deeds[0].kind, deeds::applied);
    EXPECT_EQ(deeds[0].version, (*load_membership(host))->desired.version);
    ASSERT_EQ(deeds[0].changes.size(), 1U);
    EXPECT_EQ(deeds[0].changes[0].title, "write /etc/zone");
    EXPECT_EQ(deeds[0].changes[0].why, "the zone changed");
    EXPECT_EQ(deeds[1].kind, deeds::renewed);
}

TEST_F(AgentTest, TellsWhatIsWrongAndGoesOn)
{
    front_end.refuse("/v1/desired", 503, {"busy", "oned", "it does not answer", ""});
    run_until([&] {
        const bool is_degraded = !said.empty() && said.back().starts_with("degraded");
        if (is_degraded) front_end.refuse("/v1/desired", 0, {});
        return !is_degraded && said.size() > 1;
    });
    ASSERT_GE(said.size(), 2U);  // the first words may be those of the report of addresses
    EXPECT_EQ(said[said.size() - 2], "degraded: cannot read the desired state of oned: it does not answer");
    EXPECT_TRUE(said.back().starts_with("joined to"));
}

TEST_F(AgentTest, FetchesTheNeighboursApartAndIsNotOneItself)
{
    const one::wire::Neighbours all{{{"node1", "10.0.0.1"}, {"node2", "10.0.0.2"}}, {"node2 ssh-ed25519 AAAA"}};
    front_end.with([&](FakeCloud& cloud) { cloud.neighbours = all; });
    const auto saved = [this] { return (*load_membership(host))->desired; };
    run_until([&] { return !saved().peers.empty(); });
    EXPECT_EQ(saved().peers, (std::vector<one::wire::NamedAddress>{{"node2", "10.0.0.2"}}));
    EXPECT_EQ(saved().peer_known_hosts, all.peer_known_hosts);
    EXPECT_EQ(saved().neighbours, digest_of(all));
    member = **load_membership(host);
    run_until([rounds = 0]() mutable { return ++rounds == 5; });
    EXPECT_EQ(std::ranges::count(front_end.asked(), "GET /v1/neighbours"), 1) << "it holds them";
}

TEST_F(AgentTest, FollowsAlsoWhileItsNeighboursCannotBeFetchedAndTriesAgain)
{
    front_end.with([](FakeCloud& cloud) { cloud.neighbours = one::wire::Neighbours{{{"node2", "10.0.0.2"}}, {}}; });
    front_end.refuse("/v1/neighbours", 503, {"busy", "oned", "it does not answer", ""});
    change_zone("two");
    const auto is_said = [this](std::string_view words) {
        return !said.empty() && said.back().find(words) != std::string::npos;
    };
    run_until([&] { return is_said("cannot read the other nodes of oned: it does not answer"); });
    EXPECT_EQ(*host.read(zone_file), "two");
    front_end.refuse("/v1/neighbours", 0, {});
    run_until([&] {
        host.advance(seconds{31});
        return !(*load_membership(host))->desired.peers.empty();
    });
}

TEST_F(AgentTest, WaitsWhileAnotherOnenodeWorks)
{
    host.locked_by(77);
    change_zone("two");
    const auto is_said = [this] {
        return std::ranges::any_of(
            said, [](const std::string& one) { return one.find("process 77 holds it") != std::string::npos; });
    };
    run_until([&] {
        if (is_said()) host.locked_by(0);
        return host.stat(zone_file).has_value();
    });
    EXPECT_TRUE(is_said());
    EXPECT_EQ(*host.read(zone_file), "two");
}

TEST(RenewalTime, LiesBetweenTwoThirdsAndATwentiethLater)
{
    const Time start{seconds{0}};
    const Time end{seconds{6000}};
    EXPECT_EQ(renewal_time(start, end, 0.0), Time{seconds{4000}});
    EXPECT_EQ(renewal_time(start, end, 1.0), Time{seconds{4300}});
}

TEST(AgentStatus, IsReadOnlyOfAnAgentThatLives)
{
    FakeHost host;
    EXPECT_FALSE(read_agent_status(host));
    const AgentStatus status{.pid = 42, .sentence = "fine", .since = "now"};
    ASSERT_TRUE(write_agent_status(host, status));
    EXPECT_FALSE(read_agent_status(host));
    host.with_process({42, 0, {"vim"}});
    EXPECT_FALSE(read_agent_status(host));
    host.machine().processes.clear();
    host.with_process({42, 0, {"/usr/bin/onenode", "agent"}});
    EXPECT_EQ(*read_agent_status(host), status);
    host.with_file(places::agent_status, "{");
    EXPECT_FALSE(read_agent_status(host));
}

TEST(Notifier, SendsDatagramsToTheServiceManager)
{
    const std::string name = "@onenode-test-" + std::to_string(::getpid());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(name.begin() + 1, name.end(), address.sun_path + 1);
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())),
              0);
    Notifier{name}.send("READY=1");
    std::array<char, 64> buffer{};
    const auto count = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    EXPECT_EQ(std::string(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))), "READY=1");
    Notifier{name}.status("degraded: it said \"no\nMAINPID=1\n\"");  // the words of others begin no message
    const auto next = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    EXPECT_EQ(std::string(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(next, 0))),
              "STATUS=degraded: it said \"no MAINPID=1 \"");
    Notifier{""}.send("READY=1");
    Notifier{"/no/such/socket"}.send("READY=1");
    Notifier{std::string(200, 'x')}.send("READY=1");
    ::close(socket);
}

}  // namespace
}  // namespace onenode
