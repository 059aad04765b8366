// What others change of ours is put back; who insists is given way to; nothing is done where nothing happens.
#include "nodeagent/watch/mender.hpp"

#include "nodeagent/core/history.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/link/places.hpp"
#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/nodeagent/watch/fake_eye.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace onenode {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view zone_file = "/etc/zone";
constexpr std::array reads{zone_file};

Changes plan_zone(const Facts& facts, const one::wire::DesiredState& desired)
{
    if (facts.text(zone_file) == desired.zone) return {};
    return {WriteFile{.path = std::string{zone_file}, .text = desired.zone, .why = "the zone changed"}};
}

constexpr Step zone_step{"zone", "the zone is written down", reads, plan_zone};
constexpr std::array steps_of_tests{&zone_step};

constexpr std::string_view name_file = "/etc/name";
constexpr std::array reads_of_name{name_file};

Changes plan_name(const Facts& facts, const one::wire::DesiredState&)
{
    if (facts.text(name_file) == "kvm12") return {};
    return {WriteFile{.path = std::string{name_file}, .text = "kvm12", .why = "the name changed"}};
}

constexpr Step name_step{"name", "the name is written down", reads_of_name, plan_name};
constexpr std::array two_steps{&zone_step, &name_step};

class MenderTest : public testing::Test {
protected:
    MenderTest()
    {
        member.desired.zone = "one";
        member.desired.type = "qemu";
        EXPECT_TRUE(host.make_directory({.path = places::state_dir, .mode = 0700}));
        EXPECT_TRUE(save_membership(host, member));
        EXPECT_TRUE(follow(host, steps_of_tests, member, member.desired));
        EXPECT_EQ(*host.read(zone_file), "one");
    }

    /// Runs until nothing is left to do but to wait for the eye; `others_act` whenever it waits, false ends it.
    void run(const std::function<bool()>& others_act)
    {
        eye.when_waiting = [&] {
            const auto text = *host.read(zone_file);
            if (std::exchange(known_text, text) != text)
                eye.saw_something();  // the eye sees also what we write
            else if (!others_act())
                loop.stop();
        };
        one::Tasks tasks{loop.get_executor()};
        Mender mender{host, steps, eye, standing, worker, limits, [this] { ++repaired; }};
        tasks.spawn("mender", mender.run());
        loop.restart();  // where it ran before
        loop.run();
        tasks.cancel();
        loop.restart();
        loop.run();
    }

    void edit(const std::string& text)
    {
        host.with_file(zone_file, text);
        known_text = text;
        eye.saw_something();
    }

    FakeHost host{};
    Steps steps = steps_of_tests;
    Membership member{.phase = MemberPhase::joined, .frontend = "one:4125", .node_id = 21, .host_id = 12};
    std::vector<AgentStatus> told{};
    Standing standing{host, [this](const AgentStatus& status) { told.push_back(status); }};
    one::asio::io_context loop{1};
    one::asio::thread_pool worker{1};
    FakeEye eye{};
    std::string known_text = "one";
    int repaired = 0;
    MenderLimits limits{.quiet = milliseconds{1},
                        .repairs = 3,
                        .looks = 3,
                        .first_rest = milliseconds{2},
                        .last_rest = milliseconds{4},
                        .first_retry = milliseconds{3},
                        .last_retry = milliseconds{5}};
};

TEST_F(MenderTest, PutsBackWhatWasEdited)
{
    run([&, edited = false]() mutable {
        if (edited) return false;
        edited = true;
        edit("two");
        return true;
    });
    EXPECT_EQ(*host.read(zone_file), "one");
    EXPECT_EQ(recall(host, places::state_dir)->back().kind, deeds::repaired);
    EXPECT_EQ(repaired, 1);
}

TEST_F(MenderTest, PutsBackAtItsStartWhatWasEditedWhileNobodyLooked)
{
    host.with_file(zone_file, "two");
    run([] { return false; });
    EXPECT_EQ(*host.read(zone_file), "one");
}

TEST_F(MenderTest, TouchesNothingWhereNothingDiffers)
{
    const auto changes = host.changes();
    const auto files = host.snapshot();
    run([&, events = 0]() mutable {
        eye.saw_something();
        return ++events < 5;
    });
    EXPECT_EQ(host.snapshot(), files);
    EXPECT_EQ(host.changes(), changes);
    EXPECT_EQ(repaired, 0);
    EXPECT_TRUE(told.empty());
}

TEST_F(MenderTest, SaysWhatItCannotWatchUntilItCan)
{
    standing.well("joined");
    eye.refuses = one::Error{
        .thing = "/etc/zone", .reason = "no more inotify watches", .next = "raise the limit", .doing = "watch"};
    run([] { return false; });
    EXPECT_EQ(
        standing.status().sentence,
        "degraded: edits of a file are not noticed: cannot watch /etc/zone: no more inotify watches: raise the limit");
    eye.refuses.reset();
    run([] { return false; });
    EXPECT_TRUE(standing.status().troubles.empty());
    EXPECT_EQ(standing.status().sentence, "joined");
}

TEST_F(MenderTest, WatchesWhatTheJournalNames)
{
    run([] { return false; });
    EXPECT_EQ(eye.paths, (std::vector<std::string>{places::membership, places::journal, "/etc/zone"}));
}

class ForgottenJoin : public MenderTest {
protected:
    ForgottenJoin() { host.with_file(our_zone, "# begin onenode\none\n# end onenode\n"); }
    static constexpr const char* our_zone = "/etc/zone";
};

TEST_F(ForgottenJoin, IsSaidWhereAllOfTheStateIsGone)
{
    ASSERT_TRUE(host.remove_tree(places::state_dir));
    const auto files = host.snapshot();
    run([] { return false; });
    const auto& sentence = standing.status().sentence;
    EXPECT_TRUE(sentence.starts_with("degraded: cannot read /var/lib/onenode: it is gone")) << sentence;
    EXPECT_NE(sentence.find("onenode leave --offline"), std::string::npos) << sentence;
    EXPECT_EQ(host.snapshot(), files) << "no new journal is begun as if nothing had been there";
}

TEST_F(ForgottenJoin, IsSaidWhereTheJournalIsGone)
{
    ASSERT_TRUE(host.remove(places::journal));
    run([] { return false; });
    EXPECT_TRUE(standing.status().sentence.starts_with("degraded: cannot read /var/lib/onenode/journal: it is gone"))
        << standing.status().sentence;
}

TEST_F(ForgottenJoin, IsNoneOnceALeaveTookAllOfItOut)
{
    ASSERT_TRUE(host.remove_tree(places::state_dir));
    host.with_file(our_zone, "one");
    run([] { return false; });
    EXPECT_TRUE(told.empty());
}

TEST_F(MenderTest, GivesWayToAProgramThatInsists)
{
    standing.well("joined");
    int edits = 0;
    run([&] {
        if (*host.read(zone_file) != "one") return true;  // it rests
        if (++edits > 8) return false;
        edit("two");
        return true;
    });
    const auto insisted = std::ranges::find_if(
        told, [](const AgentStatus& status) { return status.sentence.find("again and again") != std::string::npos; });
    ASSERT_NE(insisted, told.end());
    EXPECT_TRUE(insisted->sentence.starts_with("degraded: another program changes /etc/zone again and again (its text "
                                               "is changed); next repair at "))
        << insisted->sentence;
    EXPECT_FALSE(insisted->rests_until.empty());
    EXPECT_EQ(*host.read(zone_file), "one") << "also the last edit is mended, later";
}

TEST_F(MenderTest, PutsBackEverythingElseWhileSomebodyInsistsOnOneFile)
{
    steps = two_steps;
    auto wanted = member.desired;
    wanted.version = "2";
    ASSERT_TRUE(follow(host, steps, member, wanted));
    limits.first_rest = limits.last_rest = std::chrono::hours{1};
    int edits = 0;
    run([&] {
        const bool rests = *host.read(zone_file) != "one";
        if (++edits > (rests ? 20 : 10)) return false;
        if (rests) {
            EXPECT_EQ(std::ranges::count(eye.paths, zone_file), 0) << "what is written there wakes nobody";
            if (std::exchange(edits, 20) == 20) return false;
            host.with_file(std::string{name_file}, "other");
            eye.saw_something();
        } else {
            edit("two");
        }
        return true;
    });
    EXPECT_EQ(*host.read(zone_file), "two");
    EXPECT_EQ(*host.read(name_file), "kvm12");
    EXPECT_TRUE(standing.status().troubles.front().starts_with("another program changes /etc/zone again and again"));
}

TEST_F(MenderTest, HasTimeWhereSomebodyWritesAroundOurLinesAllTheTime)
{
    limits.breather = std::chrono::hours{1};
    host.with_file(zone_file, "one", 0600);  // not as written, and nothing to repair
    one::asio::steady_timer end{loop, std::chrono::milliseconds{100}};
    end.async_wait([&](const boost::system::error_code&) { loop.stop(); });
    int events = 0;
    run([&] {
        ++events;
        eye.saw_something();
        return true;
    });
    EXPECT_LE(events, 3);
    EXPECT_TRUE(told.empty());
}

TEST_F(MenderTest, FindsPeaceWhenTheOtherProgramEnds)
{
    standing.well("joined");
    int edits = 0;
    run([&] {
        if (edits < 4) {
            ++edits;
            edit("two");
            return true;
        }
        return standing.status().sentence != "joined";  // waits on, until a rest passed undisturbed
    });
    EXPECT_EQ(standing.status().sentence, "joined");
    EXPECT_TRUE(standing.status().rests_until.empty());
}

TEST_F(MenderTest, TriesAgainWhatItCouldNotRepair)
{
    standing.well("joined");
    bool tried = false;
    run([&] {
        if (!tried) {
            tried = true;
            edit("two");
            host.fail_from(1, EROFS);
            return true;
        }
        if (standing.status().sentence.starts_with("degraded")) host.recover();
        return *host.read(zone_file) != "one";
    });
    EXPECT_EQ(*host.read(zone_file), "one");
    EXPECT_EQ(standing.status().sentence, "joined");
}

TEST_F(MenderTest, TellsOfWhatNoStepPutsBack)
{
    standing.well("joined");
    auto journal = *Journal::open(host, places::state_dir);
    const MakeDirectory made{.path = "/etc/made"};
    ASSERT_TRUE(journal.record("older", made, BeforeFile{}, ""));
    run([] { return false; });
    EXPECT_EQ(standing.status().sentence, "degraded: /etc/made: it is gone");
}

TEST_F(MenderTest, FollowsWithoutForgettingWhatAJoinWroteMeanwhile)
{
    auto saved = member;
    saved.ignored = {"limits"};
    ASSERT_TRUE(save_membership(host, saved));
    auto wanted = member.desired;
    wanted.zone = "two";
    wanted.version = "2";
    EXPECT_TRUE(follow(host, steps_of_tests, member, wanted));
    EXPECT_EQ(*host.read(zone_file), "two");
    EXPECT_EQ((*load_membership(host))->ignored, saved.ignored);
    EXPECT_EQ((*load_membership(host))->desired.zone, "two");
}

TEST_F(MenderTest, LeavesAMachineAloneThatIsAboutToLeave)
{
    member.phase = MemberPhase::leaving;
    ASSERT_TRUE(save_membership(host, member));
    host.with_file(zone_file, "two");
    run([] { return false; });
    EXPECT_EQ(*host.read(zone_file), "two");
}

}  // namespace
}  // namespace onenode
