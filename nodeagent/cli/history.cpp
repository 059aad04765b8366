// What was changed on this machine, when, why, and by which desired state.
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/verbs.hpp"

#include "common/text/moment.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace onenode::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t shown_of_version = 12;

std::string json_of(const Deed& deed)
{
    Json changes = Json::array();
    for (const auto& change : deed.changes)
        changes.push_back({{"time", change.time}, {"step", change.step}, {"title", change.title}, {"why", change.why}});
    const Json json{{"schema", "onenode/1"},
                    {"event", "deed"},
                    {"time", deed.time},
                    {"kind", deed.kind},
                    {"message", deed.sentence},
                    {"desired_state", deed.version},
                    {"changes", std::move(changes)}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void show(Terminal& terminal, const Deed& deed)
{
    if (terminal.json()) return terminal.object(json_of(deed));
    const auto time = one::read_rfc3339(deed.time);
    const std::string when = time ? one::for_people(*time) : deed.time;
    const std::string by =
        deed.version.empty() ? "" : fmt::format(" (desired state {})", deed.version.substr(0, shown_of_version));
    terminal.headline(fmt::format("{}  {}: {}{}", when, deed.kind, deed.sentence, by));
    for (const auto& change : deed.changes)
        terminal.say(change.title + (change.why.empty() ? "" : "\n  because " + change.why));
}

// After the deeds: the last lines are what a person sees first.
Result<> tell_of_damage(World& world)
{
    TRY_LET(const auto damaged, damaged_history(*world.host, places::state_dir));
    for (const auto& [path, count] : damaged)
        world.terminal->warn("history-damaged",
                             fmt::format("{} of {} cannot be read and {} left out above", counted(count, "line"), path,
                                         count == 1 ? "is" : "are"),
                             fmt::format("look at the file (less {}); what the other lines tell is whole", path));
    return {};
}

Result<Exit> go(const HistoryOptions& options, World& world)
{
    TRY(must_be_root(*world.host, "history"));
    TRY_LET(const auto deeds, recall(*world.host, places::state_dir));
    const auto count = static_cast<std::size_t>(options.last);
    const auto first = options.last == 0 || deeds.size() <= count ? 0 : deeds.size() - count;
    for (auto i = first; i < deeds.size(); ++i)
        show(*world.terminal, deeds[i]);
    if (deeds.empty() && !world.terminal->json()) world.terminal->headline("Nothing was changed on this machine.");
    TRY(tell_of_damage(world));
    return world.terminal->exit();
}

}  // namespace

Exit history(const HistoryOptions& options, World& world)
{
    const auto done = go(options, world);
    if (done) return *done;
    world.terminal->fail("history", done.error(), {}, Exit::cannot_run);
    return Exit::cannot_run;
}

}  // namespace onenode::cli
