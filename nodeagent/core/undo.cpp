// Undoes a journal from its end. What was kept stays unmarked, so that a second run after a kill names it again.
#include "nodeagent/core/runner.hpp"

#include "nodeagent/core/before.hpp"
#include "nodeagent/core/undo_change.hpp"

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

void keep(Undone& undone, Kept kept)
{
    const auto known = std::ranges::find(undone.kept, kept.thing, &Kept::thing);
    if (known == undone.kept.end()) undone.kept.push_back(std::move(kept));
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
            keep(undone, {.thing = title_of(entry->change), .reason = one::to_line(outcome.error())});
        } else if (*outcome) {
            keep(undone, **std::move(outcome));
        } else {
            TRY(journal.mark_undone(entry->number));
            ++undone.changes;
        }
    }
    TRY_LET(undone.untold, tell_of_undo(host, journal));
    return undone;
}

}  // namespace onenode
