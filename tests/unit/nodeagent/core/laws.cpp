// The laws, each over a machine in memory that fails or dies at every change in turn.
#include "tests/unit/nodeagent/core/laws.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>

namespace onenode {
namespace {

using Arm = void (FakeHost::*)(std::size_t);
constexpr std::array<std::pair<const char*, Arm>, 3> deaths{{{"before", &FakeHost::die_before}, {"within", &FakeHost::die_within}, {"after", &FakeHost::die_after}}};

std::string told(const Result<>& result) { return result ? "done" : one::to_text(result.error()); }
std::string told(const Result<Undone>& result) { return result ? "done" : one::to_text(result.error()); }

Plan plan_of(const World& world, const FakeHost& host)
{
    return make_plan(world.steps, gather_facts(host, world.steps, world.desired), world.desired);
}

std::size_t changes_of(const World& world)
{
    auto host = world.machine();
    host.recover();
    EXPECT_TRUE(apply_all(world, host));
    return host.changes();
}

}  // namespace

Result<> apply_all(const World& world, FakeHost& host)
{
    TRY_LET(auto journal, Journal::open(host, state_directory));
    return apply(plan_of(world, host), host, journal);
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
    const auto facts = gather_facts(host, world.steps, world.desired);
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
    const auto changes = changes_of(world);
    for (const auto& [moment, arm] : deaths) {
        for (std::size_t change = 1; change <= changes; ++change) {
            SCOPED_TRACE(testing::Message() << "killed " << moment << " change " << change);
            auto host = world.machine();
            (host.*arm)(change);
            EXPECT_THROW((void)apply_all(world, host), Died);
            host.recover();
            auto given_up = host;
            ASSERT_TRUE(undo_all(given_up));
            EXPECT_EQ(given_up.snapshot(), before) << "undone without going on";

            const auto again = apply_all(world, host);
            ASSERT_TRUE(again) << told(again);
            EXPECT_EQ(machine_of(host), machine_of(straight));
            ASSERT_TRUE(undo_all(host));
            EXPECT_EQ(host.snapshot(), before);
        }
    }
}

void undo_killed_anywhere_ends_the_same(const World& world)
{
    auto straight = world.machine();
    const auto before = straight.snapshot();
    ASSERT_TRUE(apply_all(world, straight));
    straight.recover();
    ASSERT_TRUE(undo_all(straight));
    const auto changes = straight.changes();
    for (const auto& [moment, arm] : deaths) {
        for (std::size_t change = 1; change <= changes; ++change) {
            SCOPED_TRACE(testing::Message() << "killed " << moment << " change " << change);
            auto host = world.machine();
            ASSERT_TRUE(apply_all(world, host));
            (host.*arm)(change);
            EXPECT_THROW((void)undo_all(host), Died);
            host.recover();
            const auto again = undo_all(host);
            ASSERT_TRUE(again) << told(again);
            EXPECT_EQ(host.snapshot(), before);
        }
    }
}

void fails_cleanly_on_a_full_disk_at_any_write(const World& world)
{
    const auto before = world.machine().snapshot();
    const auto changes = changes_of(world);
    for (std::size_t change = 1; change <= changes; ++change) {
        SCOPED_TRACE(testing::Message() << "full from change " << change);
        auto host = world.machine();
        host.fail_from(change, ENOSPC);
        const auto applied = apply_all(world, host);
        ASSERT_FALSE(applied);
        EXPECT_FALSE(applied.error().thing.empty());
        EXPECT_FALSE(applied.error().doing.empty());
        EXPECT_FALSE(applied.error().next.empty());
        host.recover();
        const auto undone = undo_all(host);
        ASSERT_TRUE(undone) << told(undone);
        EXPECT_EQ(host.snapshot(), before);
    }
}

}  // namespace onenode
