// Enrollments that race for a token's uses, through several service processes that may be killed after any call to
// OpenNebula: all interleavings of small cases, and many random ones of larger cases.
#include "frontend/enroll/claims.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>

namespace onefrontend {
namespace {

namespace asio = one::asio;
using namespace std::string_view_literals;
constexpr std::int64_t now = 1000;

class Process {  // one service process that works for one machine
public:
    Process(test::FakeOpennebula& one, asio::io_context& loop, int token, std::string key) :
        key_(std::move(key)), cloud_(one), claims_(cloud_)
    {
        cloud_.take_turns(loop.get_executor(), test::Turns::all_but_single_reads);
        asio::co_spawn(loop, work(token),
                       [this](const std::exception_ptr& escaped, std::optional<ClaimOutcome> outcome) {
                           EXPECT_EQ(escaped, nullptr);
                           ended_ = true;
                           outcome_ = std::move(outcome);
                       });
    }
    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] bool granted() const { return outcome_ && std::holds_alternative<Granted>(*outcome_); }
    [[nodiscard]] const std::string& key() const { return key_; }
    void go_on() { cloud_.go_on(); }
    void leave_loop() { cloud_.end_turns(); }

private:
    Async<std::optional<ClaimOutcome>> work(int token)
    {
        one::Secret secret{"secret"sv};
        auto outcome = co_await claims_.claim(token, std::move(secret), key_, now);
        EXPECT_TRUE(outcome.has_value());
        co_return outcome ? std::optional{*outcome} : std::nullopt;
    }

    std::string key_;
    test::FakeCloud cloud_;
    Claims claims_;
    bool ended_ = false;
    std::optional<ClaimOutcome> outcome_{};
};

class Chooser {  // decides at each point where there is more than one way to go on
public:
    virtual ~Chooser() = default;
    virtual std::size_t pick(std::size_t ways) = 0;
};

class EveryPath : public Chooser {  // depth first over all of them: each run replays a prefix, then turns left
public:
    std::size_t pick(std::size_t ways) override
    {
        if (depth_ == path_.size()) path_.emplace_back(0, ways);
        return path_[depth_++].first;
    }
    bool next()
    {
        depth_ = 0;
        while (!path_.empty() && path_.back().first + 1 == path_.back().second)
            path_.pop_back();
        if (path_.empty()) return false;
        ++path_.back().first;
        return true;
    }

private:
    std::vector<std::pair<std::size_t, std::size_t>> path_{};
    std::size_t depth_ = 0;
};

class RandomPath : public Chooser {
public:
    explicit RandomPath(unsigned seed) : random_(seed) {}
    std::size_t pick(std::size_t ways) override
    {
        return std::uniform_int_distribution<std::size_t>{0, ways - 1}(random_);
    }

private:
    std::mt19937 random_;
};

struct Case {
    int uses = 1;
    std::vector<std::string> keys{};  // a process each
    int kills = 0;                    // how many processes die; each machine that was hit asks again
};

struct Ending {
    std::set<std::string> granted{};  // keys that were ever told so
    std::set<std::string> refused{};  // keys whose last answer was no
    std::vector<std::string> claims_left{};
};

Ending play(const Case& race, Chooser& chooser)
{
    test::FakeOpennebula one;
    Token token;
    token.uses = race.uses;
    token.secret_hash = one::hash_of_join_secret(one::Secret{"secret"sv});
    token.expires_at = now + 1;
    const int id = one.put(token_document, to_json(token));

    std::vector<std::unique_ptr<Process>> processes;  // outlive the loop's handlers
    asio::io_context loop;
    const auto start = [&](std::string key) {
        processes.push_back(std::make_unique<Process>(one, loop, id, std::move(key)));
    };
    for (const auto& key : race.keys)
        start(key);
    std::vector<Process*> alive;
    for (const auto& process : processes)
        alive.push_back(process.get());
    loop.poll();

    Ending ending;
    int kills = race.kills;
    Process* last = nullptr;  // who made a call just now; to kill another one later comes to the same
    while (!alive.empty()) {
        const std::size_t way = chooser.pick(alive.size() + (kills > 0 && last ? 1 : 0));
        const auto chosen =
            way < alive.size() ? alive.begin() + static_cast<std::ptrdiff_t>(way) : std::ranges::find(alive, last);
        Process& process = **chosen;
        if (way == alive.size()) {  // SIGKILL; the machine asks again, through another process
            --kills;
            start(process.key());
            *chosen = processes.back().get();
            last = nullptr;
        } else {
            process.go_on();
            last = &process;
        }
        loop.restart();
        loop.poll();
        if (!process.ended()) continue;
        (process.granted() ? ending.granted : ending.refused).insert(process.key());
        std::erase(alive, &process);
        last = nullptr;
    }
    for (const auto& [document, stored] : one.documents)
        if (stored.type == claim_document) ending.claims_left.push_back(claim_from_json(document, stored.body)->key);
    for (const auto& process : processes)
        process->leave_loop();
    return ending;
}

void expect_fair(const Case& race, const Ending& ending)
{
    const std::set<std::string> machines{race.keys.begin(), race.keys.end()};
    const std::size_t places = std::min<std::size_t>(static_cast<std::size_t>(race.uses), machines.size());
    EXPECT_EQ(ending.granted.size(), places);
    for (const auto& key : ending.granted)
        EXPECT_FALSE(ending.refused.contains(key)) << key << " was told yes and no";
    const std::set<std::string> left{ending.claims_left.begin(), ending.claims_left.end()};
    EXPECT_EQ(left, ending.granted) << "claims that lost are deleted, claims that won stay";
}

int play_all(const Case& race)
{
    EveryPath paths;
    int played = 0;
    do {
        expect_fair(race, play(race, paths));
        ++played;
    } while (!testing::Test::HasFailure() && paths.next());
    testing::Test::RecordProperty("paths", played);
    return played;
}

TEST(ClaimRace, HasOneWinnerWhereTwoMachinesWantTheOneUse)
{
    EXPECT_GT(play_all({.uses = 1, .keys = {"a", "b"}}), 10);
}

TEST(ClaimRace, HasOneWinnerWhereAProcessDiesAfterAnyCall)
{
    EXPECT_GT(play_all({.uses = 1, .keys = {"a", "b"}, .kills = 2}), 500);
}

TEST(ClaimRace, GivesOneMachineThatAsksTwiceAtOnceItsUse)
{
    EXPECT_GT(play_all({.uses = 1, .keys = {"a", "a"}, .kills = 1}), 100);
}

TEST(ClaimRace, GivesBothMachinesAUseOfATokenWithTwo)
{
    EXPECT_GT(play_all({.uses = 2, .keys = {"a", "b"}, .kills = 1}), 100);
}

TEST(ClaimRace, LeavesTheThirdOutOfTwoUses)
{
    EXPECT_GT(play_all({.uses = 2, .keys = {"a", "b", "c"}}), 500);
}

TEST(ClaimRace, HoldsForManyMachinesAndManyDeaths)
{
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomPath paths{seed};
    const Case race{.uses = 2, .keys = {"a", "b", "c", "a", "d"}, .kills = 6};
    for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i)
        expect_fair(race, play(race, paths));
}

}  // namespace
}  // namespace onefrontend
