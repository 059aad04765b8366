// The laws, each over a machine in memory that fails or dies at every change in turn.
#include "tests/unit/nodeagent/core/laws.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstddef>

namespace onenode {
namespace {

struct Death {
    const char* moment;
    void (FakeHost::*arm)(std::size_t change);
    bool (*matters)(std::string_view change);
};

// Within anything else than a write, nothing is there yet or all is there: that is before or after.
bool leaves_a_half(std::string_view change)
{
    return change.starts_with("append") || change.starts_with("write");
}
bool always(std::string_view)
{
    return true;
}

constexpr std::array<Death, 3> deaths{{{"before", &FakeHost::die_before, always},
                                       {"within", &FakeHost::die_within, leaves_a_half},
                                       {"after", &FakeHost::die_after, always}}};

std::string told(const Result<>& result)
{
    return result ? "done" : one::to_text(result.error());
}
std::string told(const Result<Undone>& result)
{
    return result ? "done" : one::to_text(result.error());
}

Plan plan_of(const World& world, const FakeHost& host)
{
    return make_plan(world.steps, with_risks(gather_facts(host, world.steps, world.desired), world.accepted),
                     world.desired);
}

std::vector<std::string> changes_of_apply(const World& world)
{
    auto host = world.machine();
    EXPECT_TRUE(apply_all(world, host));
    return host.touched();
}

std::vector<std::string> changes_of_undo(const World& world)
{
    auto host = world.machine();
    EXPECT_TRUE(apply_all(world, host));
    const auto applied = static_cast<std::ptrdiff_t>(host.touched().size());
    EXPECT_TRUE(undo_all(host));
    return {host.touched().begin() + applied, host.touched().end()};
}

using Deadly = std::function<void(FakeHost& host)>;

// Calls `live` with a machine that will be killed, once for each moment of each change.
void kill_everywhere(const std::vector<std::string>& changes, const std::function<void(const Deadly& arm)>& live)
{
    for (const auto& death : deaths) {
        for (std::size_t change = 1; change <= changes.size(); ++change) {
            if (!death.matters(changes[change - 1])) continue;
            SCOPED_TRACE(testing::Message() << "killed " << death.moment << ' ' << changes[change - 1]);
            live([&](FakeHost& host) { (host.*death.arm)(change); });
        }
    }
}

struct Failure {
    const char* name;
    int number;
};

constexpr std::array<Failure, 4> failures{
    {{"full", ENOSPC}, {"sick", EIO}, {"read-only", EROFS}, {"interrupted", EINTR}}};

// Calls `live` with a machine whose changes will fail: this one alone, or this one and all that follow.
void fail_everywhere(std::size_t changes, Errors errors, const std::function<void(const Deadly& arm)>& live)
{
    for (std::size_t change = 1; change <= changes; ++change) {
        for (std::size_t one = 0; one < failures.size(); ++one) {
            if (errors == Errors::in_turn && one != change % failures.size()) continue;
            SCOPED_TRACE(testing::Message() << failures.at(one).name << " at change " << change);
            live([&](FakeHost& host) { host.fail_at(change, failures.at(one).number); });
            live([&](FakeHost& host) { host.fail_from(change, failures.at(one).number); });
        }
    }
}

void tells_a_person_what_to_do(const Error& error)
{
    EXPECT_FALSE(error.thing.empty()) << one::to_text(error);
    EXPECT_FALSE(error.doing.empty()) << one::to_text(error);
    EXPECT_FALSE(error.next.empty()) << one::to_text(error);
}

}  // namespace

Result<> apply_all(const World& world, FakeHost& host)
{
    TRY_LET(auto journal, Journal::open(host, state_directory));
    TRY_LET(const auto untold, apply(plan_of(world, host), host, journal));
    if (untold.empty()) return {};
    return one::fail({.thing = "programs", .reason = untold.why, .next = to_shell(untold.commands), .doing = "tell"});
}

Result<Undone> undo_all(FakeHost& host)
{
    TRY_LET(auto journal, Journal::open(host, state_directory));
    TRY_LET(auto undone, undo(host, journal));
    TRY(journal.remove());
    return undone;
}

Snapshot machine_of(const FakeHost& host)
{
    auto all = host.snapshot();
    std::erase_if(all, [](const auto& thing) { return thing.first.starts_with(state_directory); });
    return all;
}

void plans_nothing_after_it_was_applied(const World& world)
{
    auto host = world.machine();
    const auto applied = apply_all(world, host);
    ASSERT_TRUE(applied) << told(applied);
    const auto facts = with_risks(gather_facts(host, world.steps, world.desired), world.accepted);
    EXPECT_EQ(describe(make_plan(world.steps, facts, world.desired), facts), "");
}

void leaves_every_byte_as_it_was_after_undo(const World& world)
{
    auto host = world.machine();
    const auto before = host.snapshot();
    ASSERT_TRUE(apply_all(world, host));
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone) << told(undone);
    EXPECT_EQ(undone->kept, std::vector<Kept>{});
    EXPECT_EQ(host.snapshot(), before);
}

void converges_when_killed_at_any_journal_entry(const World& world)
{
    auto straight = world.machine();
    const auto before = straight.snapshot();
    ASSERT_TRUE(apply_all(world, straight));
    const auto applied = machine_of(straight);
    kill_everywhere(changes_of_apply(world), [&](const Deadly& arm) {
        auto host = world.machine();
        arm(host);
        EXPECT_THROW((void)apply_all(world, host), Died);
        host.recover();
        auto given_up = host;
        ASSERT_TRUE(undo_all(given_up));
        EXPECT_EQ(given_up.snapshot(), before) << "undone without going on";

        const auto again = apply_all(world, host);
        ASSERT_TRUE(again) << told(again);
        EXPECT_EQ(machine_of(host), applied);
        ASSERT_TRUE(undo_all(host));
        EXPECT_EQ(host.snapshot(), before);
    });
}

void undo_killed_anywhere_ends_the_same(const World& world)
{
    auto applied = world.machine();
    const auto before = applied.snapshot();
    ASSERT_TRUE(apply_all(world, applied));
    kill_everywhere(changes_of_undo(world), [&](const Deadly& arm) {
        auto host = applied;
        arm(host);
        EXPECT_THROW((void)undo_all(host), Died);
        host.recover();
        const auto again = undo_all(host);
        ASSERT_TRUE(again) << told(again);
        EXPECT_EQ(host.snapshot(), before);
    });
}

void fails_cleanly_and_converges_when_any_write_fails(const World& world, Errors errors)
{
    auto straight = world.machine();
    const auto before = straight.snapshot();
    ASSERT_TRUE(apply_all(world, straight));
    const auto applied = machine_of(straight);
    fail_everywhere(changes_of_apply(world).size(), errors, [&](const Deadly& arm) {
        auto host = world.machine();
        arm(host);
        const auto failed = apply_all(world, host);
        ASSERT_FALSE(failed);
        tells_a_person_what_to_do(failed.error());
        host.recover();
        auto given_up = host;
        ASSERT_TRUE(undo_all(given_up));
        EXPECT_EQ(given_up.snapshot(), before) << "undone without going on";

        const auto again = apply_all(world, host);
        ASSERT_TRUE(again) << told(again);
        EXPECT_EQ(machine_of(host), applied);
        ASSERT_TRUE(undo_all(host));
        EXPECT_EQ(host.snapshot(), before);
    });
}

void undo_goes_on_after_any_write_failed(const World& world, Errors errors)
{
    auto applied = world.machine();
    const auto before = applied.snapshot();
    ASSERT_TRUE(apply_all(world, applied));
    fail_everywhere(changes_of_undo(world).size(), errors, [&](const Deadly& arm) {
        auto host = applied;
        arm(host);
        const auto failed = undo_all(host);
        host.recover();
        if (failed) {
            ASSERT_FALSE(failed->untold.empty()) << "a change was given up, and the journal with it";
            for (const auto& command : failed->untold.commands)  // the person runs what was named
                ASSERT_TRUE(host.run(command));
        } else {
            tells_a_person_what_to_do(failed.error());
        }
        const auto again = undo_all(host);
        ASSERT_TRUE(again) << told(again);
        EXPECT_EQ(again->kept, std::vector<Kept>{});
        EXPECT_EQ(host.snapshot(), before);
    });
}

}  // namespace onenode
