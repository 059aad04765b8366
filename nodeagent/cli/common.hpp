// What the verbs that change a node share: who may run them, one at a time, and the words on what is left on it.
#pragma once

#include "nodeagent/checks/check.hpp"
#include "nodeagent/cli/world.hpp"
#include "nodeagent/core/effects.hpp"
#include "nodeagent/link/membership.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace onenode::cli {

/// Root, and no other onenode at work.
Result<std::unique_ptr<Lock>> enter(World& world);
Result<> must_be_root(const HostView& host, std::string_view verb);

/// Changes in the journal that were not undone; 0 where there is no journal.
std::size_t changes_made(const HostView& host);
/// What stands on the node now, and how to go on or back; for the end of a failure.
std::vector<std::string> what_remains(const HostView& host);

/// What a join wrote and nobody here remembers: neither a membership nor the journal. Nothing where all is known.
std::optional<Error> forgotten_join(const HostView& host, std::span<const Step* const> steps);

/// For the checks, once the front-end said what it wants.
CheckContext context_for(const one::wire::DesiredState& desired);

/// Programs that were told of a change and did not obey.
void warn_of_untold(Terminal& terminal, const Untold& untold);

}  // namespace onenode::cli
