// Whom a change concerns stands on disk from before the change until they were told: the marks, and the telling.
#include "nodeagent/core/effects.hpp"

#include "common/text/words.hpp"
#include "nodeagent/core/before.hpp"
#include "nodeagent/core/effects_of.hpp"
#include "nodeagent/core/selinux.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {
namespace {

/// By what a change is marked; nullptr where it concerns no file.
const std::string* mark_of(const Change& change)
{
    const auto* files = std::get_if<LabelFiles>(&change);
    return files != nullptr ? &files->tree : path_of(change);
}

bool is_rule(const Change& change)
{
    return std::holds_alternative<LabelFiles>(change);
}

std::vector<std::string> marked(const HostView& host, std::string_view mark)
{
    return one::split_lines(host.read(mark).value_or(""));
}

/// The latest of each marked path, where it was really made.
Changes made(const HostView& host, const Journal& journal, const std::vector<std::string>& paths)
{
    Changes changes;
    for (const auto& entry : journal.entries()) {
        const auto* path = mark_of(entry.change);
        if (path == nullptr || entry.undone || std::ranges::find(paths, *path) == paths.end() || !host.stat(*path))
            continue;
        std::erase_if(changes, [&](const Change& earlier) {
            return *mark_of(earlier) == *path && is_rule(earlier) == is_rule(entry.change);
        });
        changes.push_back(entry.change);
    }
    return changes;
}

/// Without those that are marked for their labels alone.
std::vector<std::string> those_read(std::vector<std::string> paths, const Changes& made)
{
    std::erase_if(paths, [&made](const std::string& path) {
        const auto of_path = [&path](const Change& change) { return *mark_of(change) == path; };
        return std::ranges::any_of(made, of_path) &&
               std::ranges::none_of(made, [&](const Change& one) { return of_path(one) && is_read(one); });
    });
    return paths;
}

bool labels(const HostView& host, const std::vector<std::string>& marked, const LabelFiles& files)
{
    return std::ranges::find(marked, files.tree) != marked.end() && host.stat(selinux::enforces) &&
           host.stat(files.tree) && host.find_program("restorecon");
}

std::string refusal(const Result<CommandOutput>& output)
{
    if (!output) return one::to_line(output.error());
    return output->ok() ? std::string{} : complaint_of(*output);
}

Result<Untold> tell(Host& host, const Journal& journal, const Effects& effects)
{
    Untold untold;
    for (const auto& effect : effects) {
        for (auto command = effect.commands.begin(); command != effect.commands.end(); ++command) {
            const auto why = refusal(host.run(*command));
            if (why.empty()) continue;
            if (untold.empty()) untold.why = fmt::format("{}: {}", one::to_shell(command->argv), why);
            untold.commands.insert(untold.commands.end(), command, effect.commands.end());
            break;
        }
    }
    if (untold.empty()) TRY(host.remove(journal.untold()).map_error(one::while_doing("remove")));
    return untold;
}

}  // namespace

Result<> mark_untold(Host& host, const Journal& journal, const Changes& changes)
{
    std::vector<std::string> paths;
    for (const auto& change : changes)
        if (const auto* mark = mark_of(change); mark != nullptr && !to_take_effect(host, {change}).empty())
            paths.push_back(*mark);
    return mark_untold(host, journal, paths);
}

Result<> mark_untold(Host& host, const Journal& journal, const std::vector<std::string>& paths)
{
    auto all = marked(host, journal.untold());
    const auto known = all.size();
    for (const auto& path : paths)
        if (std::ranges::find(all, path) == all.end()) all.push_back(path);
    if (all.size() == known) return {};
    return host.write({.path = journal.untold(), .text = one::join(all, "\n") + '\n', .mode = 0600})
        .map_error(one::while_doing("write"));
}

bool is_untold(const HostView& host, std::string_view state_directory)
{
    return host.stat(Journal::untold_in(state_directory)).has_value();
}

Result<Untold> tell(Host& host, const Journal& journal)
{
    auto paths = marked(host, journal.untold());
    if (paths.empty()) return Untold{};
    const auto changes = made(host, journal, paths);
    return tell(host, journal, effects_of(host, those_read(std::move(paths), changes), changes));
}

Result<Untold> tell_of_undo(Host& host, const Journal& journal)
{
    const auto paths = marked(host, journal.untold());
    if (paths.empty()) return Untold{};
    auto effects = to_lose_effect(host, paths);
    for (const auto& entry : journal.entries())
        if (const auto* files = std::get_if<LabelFiles>(&entry.change); files != nullptr && labels(host, paths, *files))
            effects.push_back({.commands = {selinux::relabel_tree(files->tree)}});
    return tell(host, journal, effects);
}

}  // namespace onenode
