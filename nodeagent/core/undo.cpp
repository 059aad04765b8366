// Undoes a journal from its end. What was kept stays unmarked, so that a second run after a kill names it again.
#include "nodeagent/core/runner.hpp"

#include "nodeagent/core/before.hpp"
#include "nodeagent/core/distribution.hpp"
#include "nodeagent/core/guests.hpp"
#include "nodeagent/core/kernel_settings.hpp"
#include "nodeagent/core/undo_change.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {
namespace {

struct Undo {
    Host& host;
    const Entry& entry;
    const std::vector<std::string>& places;

    Outcome operator()(const WriteFile& change) const { return undo_file(host, entry, change); }
    Outcome operator()(const RemoveFile& change) const { return undo_file(host, entry, change); }
    Outcome operator()(const MakeDirectory& change) const { return undo_file(host, entry, change); }
    Outcome operator()(const SetAttributes& change) const { return undo_file(host, entry, change); }
    Outcome operator()(const MakeLink& change) const { return undo_file(host, entry, change); }
    Outcome operator()(const CreateUser& change) const
    {
        return undo_account(host, std::get<BeforeUser>(entry.before), change, places);
    }
    Outcome operator()(const SetBoolean& change) const
    {
        return undo_policy(host, std::get<BeforePolicy>(entry.before), change);
    }
    Outcome operator()(const LabelFiles& change) const
    {
        return undo_policy(host, std::get<BeforePolicy>(entry.before), change);
    }
    Outcome operator()(const InstallPackages& change) const
    {
        return undo_packages(host, std::get<BeforePackages>(entry.before), change);
    }
    template <class Account>
    Outcome operator()(const Account& change) const
    {
        return undo_account(host, std::get<BeforeUser>(entry.before), change);
    }
};

bool worth_another_try(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::internal:  // a sick disk, too little memory
    case ErrorKind::no_space:
    case ErrorKind::read_only:
    case ErrorKind::busy:
    case ErrorKind::timeout:
    case ErrorKind::interrupted: return true;
    default: return false;
    }
}

void name(Kept kept, std::vector<Kept>& names)
{
    const auto known = std::ranges::find(names, kept.thing, &Kept::thing);
    if (known == names.end()) names.push_back(std::move(kept));
}

std::vector<std::string> read_by_programs(const HostView& host, const std::vector<Entry>& entries)
{
    std::vector<std::string> paths;
    for (const auto& entry : entries) {
        const auto* path = path_of(entry.change);
        if (path != nullptr && !entry.undone && !to_lose_effect(host, {*path}).empty()) paths.push_back(*path);
        const auto* files = std::get_if<LabelFiles>(&entry.change);
        if (files != nullptr && !entry.undone) paths.push_back(files->tree);
    }
    return paths;
}

bool is_active(const HostView& host, const std::string& unit)
{
    const auto answer = host.look({.argv = {"systemctl", "is-active", "--quiet", unit}});
    return answer && answer->ok();
}

// An undo stops and restarts nothing that guests may hang on: it is said what goes on as the join had it.
void name_what_goes_on(Undone& undone, const HostView& host, const std::vector<Entry>& entries)
{
    if (!has_systemd(host)) return;
    for (const auto& entry : entries) {
        const auto* path = path_of(entry.change);
        if (path == nullptr || entry.undone) continue;
        const auto unit = path->substr(path->rfind('/') + 1);
        const auto daemon = libvirt_daemon(host) + ".service";
        if (std::holds_alternative<MakeLink>(entry.change) && path->starts_with("/etc/systemd/system/") &&
            is_active(host, unit))
            name({.thing = unit, .reason = "it runs until the next boot, unless it is stopped: systemctl stop " + unit},
                 undone.running);
        if (*path == qemu_conf && to_lose_effect(host, {*path}).empty() && is_active(host, daemon))
            name({.thing = daemon,
                  .reason = fmt::format("{} as the join had it is in effect until it restarts, which nobody "
                                        "does under guests: systemctl try-restart {}",
                                        qemu_conf, daemon)},
                 undone.running);
    }
}

}  // namespace

Result<Undone> undo(Host& host, Journal& journal, const std::vector<std::string>& places)
{
    Undone undone;
    const auto entries = journal.entries();  // a copy: marking changes the journal's own
    TRY(mark_untold(host, journal, read_by_programs(host, entries)));
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        if (entry->undone) continue;
        auto outcome = std::visit(Undo{host, *entry, places}, entry->change);
        if (!outcome && worth_another_try(outcome.error())) return one::fail(outcome.error());
        if (!outcome) {
            name({.thing = title_of(entry->change), .reason = one::to_line(outcome.error())}, undone.kept);
        } else if (*outcome) {
            name(**std::move(outcome), undone.kept);
        } else {
            TRY(journal.mark_undone(entry->number));
            ++undone.changes;
        }
    }
    TRY_LET(undone.untold, tell_of_undo(host, journal));
    TRY_LET(auto settings, restore_kernel_settings(host, journal));
    for (auto& setting : settings)
        name(std::move(setting), undone.kept);
    name_what_goes_on(undone, host, entries);
    return undone;
}

}  // namespace onenode
