// What must hold for every step on every machine, whenever it is killed: the laws of plan, apply and undo.
#pragma once

#include "nodeagent/core/runner.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <functional>
#include <string>
#include <vector>

namespace onenode {

struct World {
    std::string name{};
    std::function<FakeHost()> machine{};
    std::vector<const Step*> steps{};
    DesiredState desired{};
    std::vector<std::string> accepted{};  // risks
};

constexpr const char* state_directory = "/var/lib/onenode";

/// Looks, plans and applies, as `join` does. Throws Died where the machine is told to.
Result<> apply_all(const World& world, FakeHost& host);
/// Undoes everything and forgets the journal, as `leave` does.
Result<Undone> undo_all(FakeHost& host);
/// The machine without onenode's own state.
Snapshot machine_of(const FakeHost& host);

void plans_nothing_after_it_was_applied(const World& world);
void leaves_every_byte_as_it_was_after_undo(const World& world);
void converges_when_killed_at_any_journal_entry(const World& world);
void undo_killed_anywhere_ends_the_same(const World& world);
enum class Errors { each, in_turn };  // every error at every change, or one at each: for worlds with many changes
void fails_cleanly_and_converges_when_any_write_fails(const World& world, Errors errors);
void undo_goes_on_after_any_write_failed(const World& world, Errors errors);

}  // namespace onenode
