// Every kind of change obeys the laws, on a bare machine and on one that somebody used before.
#include "tests/unit/nodeagent/core/zoo.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

class EveryChange : public testing::TestWithParam<World> {};

TEST_P(EveryChange, PlansNothingAfterItWasApplied)
{
    plans_nothing_after_it_was_applied(GetParam());
}
TEST_P(EveryChange, LeavesEveryByteAsItWasAfterUndo)
{
    leaves_every_byte_as_it_was_after_undo(GetParam());
}
TEST_P(EveryChange, ConvergesWhenKilledAtAnyJournalEntry)
{
    converges_when_killed_at_any_journal_entry(GetParam());
}
TEST_P(EveryChange, UndoKilledAnywhereEndsTheSame)
{
    undo_killed_anywhere_ends_the_same(GetParam());
}
TEST_P(EveryChange, FailsCleanlyAndConvergesWhenAnyWriteFails)
{
    fails_cleanly_and_converges_when_any_write_fails(GetParam(), Errors::each);
}
TEST_P(EveryChange, UndoGoesOnAfterAnyWriteFailed)
{
    undo_goes_on_after_any_write_failed(GetParam(), Errors::each);
}

INSTANTIATE_TEST_SUITE_P(On, EveryChange, testing::ValuesIn(zoo::worlds()),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace onenode
