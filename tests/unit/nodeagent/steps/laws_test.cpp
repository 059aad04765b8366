// All steps together, on every kind of machine, killed and starved at every change.
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

class EveryStep : public testing::TestWithParam<World> {};

TEST_P(EveryStep, PlansNothingAfterItWasApplied)
{
    plans_nothing_after_it_was_applied(GetParam());
}
TEST_P(EveryStep, LeavesEveryByteAsItWasAfterUndo)
{
    leaves_every_byte_as_it_was_after_undo(GetParam());
}
TEST_P(EveryStep, ConvergesWhenKilledAtAnyJournalEntry)
{
    converges_when_killed_at_any_journal_entry(GetParam());
}
TEST_P(EveryStep, UndoKilledAnywhereEndsTheSame)
{
    undo_killed_anywhere_ends_the_same(GetParam());
}
TEST_P(EveryStep, FailsCleanlyAndConvergesWhenAnyWriteFails)
{
    fails_cleanly_and_converges_when_any_write_fails(GetParam(), Errors::in_turn);
}
TEST_P(EveryStep, UndoGoesOnAfterAnyWriteFailed)
{
    undo_goes_on_after_any_write_failed(GetParam(), Errors::in_turn);
}

INSTANTIATE_TEST_SUITE_P(On, EveryStep, testing::ValuesIn(machines()), [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace onenode
