// Root, the lock, and what is left.
#include "nodeagent/cli/common.hpp"

#include "nodeagent/core/journal.hpp"
#include "nodeagent/core/plan.hpp"
#include "nodeagent/core/traces.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/link/places.hpp"
#include "nodeagent/steps/openings.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {

static_assert(steps::block_name == our_block);

Result<> must_be_root(const HostView& host, std::string_view verb)
{
    if (host.effective_uid() == 0) return {};
    return one::fail({.kind = ErrorKind::denied,
                      .thing = fmt::format("onenode {}", verb),
                      .reason = "it has to read and change what only root may",
                      .next = fmt::format("run it as root: sudo onenode {}", verb),
                      .doing = "run"});
}

// The agent has it for the moment that a change takes; whoever has it longer is named.
Result<std::unique_ptr<Lock>> enter(World& world)
{
    for (auto left = world.patience.lock_free;; left -= world.patience.client_poll) {
        auto lock = world.host->lock(places::lock).map_error(one::while_doing("lock"));
        if (lock || lock.error().kind != ErrorKind::busy || left.count() <= 0) return lock;
        TRY(world.network->rest(world.patience.client_poll));
    }
}

std::size_t changes_made(const HostView& host)
{
    const auto entries = Journal::read(host, places::state_dir);
    if (!entries) return 0;
    return static_cast<std::size_t>(std::ranges::count_if(*entries, [](const Entry& entry) { return !entry.undone; }));
}

std::optional<Error> forgotten_join(const HostView& host, std::span<const Step* const> steps)
{
    if (const auto member = load_membership(host); !member || *member) return {};
    const auto entries = Journal::read(host, places::state_dir).value_or(std::vector<Entry>{});
    const auto traces = find_traces(host, paths_read(steps), steps::block_name, entries);
    if (traces.empty()) return {};
    return forgotten(places::membership, traces);
}

CheckContext context_for(const one::wire::DesiredState& desired)
{
    return {.type = desired.type,
            .name = desired.node_name,
            .frontend_addresses = desired.frontend_addresses,
            .openings = steps::openings_for(desired),
            .opennebula = desired.opennebula};
}

void warn_of_untold(Terminal& terminal, const Untold& untold)
{
    if (!untold.empty())
        terminal.warn("not-in-effect", fmt::format("what was changed does not count yet: {}", untold.why),
                      to_shell(untold.commands));
}

std::vector<std::string> what_remains(const HostView& host)
{
    const auto changes = changes_made(host);
    const bool identity = host.stat(places::key).has_value();
    if (changes == 0 && !identity && host.stat(places::approval))
        return {"Left on this machine: what it asked an admin's approval with.",
                "To go on: onenode join again. To forget it: onenode leave"};
    if (changes == 0 && !identity) return {"Nothing was changed on this machine."};
    std::string left = identity ? "the node's key" : "";
    if (changes > 0)
        left += fmt::format("{}{} (in the journal {}/journal)", identity ? " and " : "", counted(changes, "change"),
                            places::state_dir);
    return {fmt::format("Left on this machine: {}.", left),
            "To go on, mend what stands above and run onenode join again. To undo it all: onenode leave"};
}

}  // namespace onenode::cli
