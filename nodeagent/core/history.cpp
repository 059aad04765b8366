// The history's two files. Nobody's way back depends on them, so what is damaged in them is skipped, and counted.
// The agent's loop, its workers and a doctor --fix may write at the same moment: one at a time, each for milliseconds.
#include "nodeagent/core/history.hpp"

#include "common/log.hpp"
#include "common/text/moment.hpp"
#include "common/wire/visit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

namespace onenode {

template <class V>
void fields(V& v, DoneChange& m)
{
    v("time", m.time);
    v("step", m.step);
    v("title", m.title);
    v("why", m.why);
}

template <class V>
void fields(V& v, Deed& m)
{
    v("time", m.time);
    v("kind", m.kind);
    v("sentence", m.sentence);
    v("version", m.version);
    v("changes", m.changes);
}

namespace {

constexpr std::size_t full = 256 * 1024;
constexpr std::chrono::seconds patience{5};  // with other writers
constexpr std::chrono::milliseconds poll{5};

std::string newer(std::string_view directory)
{
    return fmt::format("{}/history", directory);
}

std::string older(std::string_view directory)
{
    return fmt::format("{}/history.1", directory);
}

std::string lock_of(std::string_view directory)
{
    return fmt::format("{}/history.lock", directory);
}

// Not the lock of those who change the machine: some of them hold that one while they write here.
Result<std::unique_ptr<Lock>> only_writer(Host& host, std::string_view directory)
{
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        auto lock = host.lock(lock_of(directory));
        const bool is_busy = !lock && lock.error().kind == ErrorKind::busy;
        if (!is_busy || std::chrono::steady_clock::now() >= until) return lock;
        std::this_thread::sleep_for(poll);
    }
}

Result<std::string> text_of(const HostView& host, const std::string& path)
{
    auto text = host.read(path);
    if (!text && text.error().kind == ErrorKind::not_found) return std::string{};
    return std::move(text).map_error(one::while_doing("read the history"));
}

/// How many lines are none.
std::size_t add_deeds(std::vector<Deed>& deeds, std::string_view text)
{
    std::size_t damaged = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');  // a line without one was cut by a crash
        const auto line = text.substr(0, end);
        auto deed = one::wire::read_from_json<Deed>(line, one::wire::Absent::keeps_default);
        if (end != std::string_view::npos && deed && !deed->time.empty())
            deeds.push_back(*std::move(deed));
        else if (!line.empty())
            ++damaged;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return damaged;
}

DoneChange change_of(const Entry& entry)
{
    return {.time = entry.time, .step = entry.step, .title = title_of(entry.change), .why = why_of(entry.change)};
}

/// Runs of entries without a deed, each as one. What is older than the first line of a history that turned over may
/// have had its deed: nobody was stopped there.
void add_unfinished(std::vector<Deed>& deeds, const std::vector<Entry>& entries, bool turned_over)
{
    std::set<std::pair<std::string, std::string>> told;
    for (const auto& deed : deeds)
        for (const auto& change : deed.changes)
            told.emplace(change.time, change.title);
    const auto first_line = turned_over && !deeds.empty() ? deeds.front().time : std::string{};
    const char* run = nullptr;  // the kind of the one that goes on
    for (const auto& entry : entries) {
        auto change = change_of(entry);
        if (told.contains({change.time, change.title})) {
            run = nullptr;
            continue;
        }
        const char* kind = change.time < first_line ? deeds::earlier : deeds::unfinished;
        if (run != kind)
            deeds.push_back({.time = change.time,
                             .kind = kind,
                             .sentence = kind == deeds::earlier
                                             ? "changed this machine; the history does not go back to who did it"
                                             : "changed this machine; who did it was stopped before its end"});
        deeds.back().changes.push_back(std::move(change));
        run = kind;
    }
    std::ranges::stable_sort(deeds, {}, &Deed::time);
}

/// Of a file that is about to go: when this machine joined, and who made what the journal still has.
std::string worth_keeping(const HostView& host, std::string_view directory, std::string_view text)
{
    std::vector<Deed> deeds;
    add_deeds(deeds, text);
    const auto entries = Journal::read(host, directory).value_or(std::vector<Entry>{});
    std::set<std::pair<std::string, std::string>> in_force;
    for (const auto& entry : entries)
        in_force.emplace(entry.time, title_of(entry.change));
    const Deed* join = nullptr;
    for (auto& deed : deeds) {
        std::erase_if(deed.changes, [&](const DoneChange& one) { return !in_force.contains({one.time, one.title}); });
        if (deed.kind == deeds::joined) join = &deed;
    }
    std::string kept;
    for (const auto& deed : deeds)
        if (&deed == join || !deed.changes.empty()) kept += one::wire::written_as_json(deed) + '\n';
    return kept;
}

/// Killed between the two writes, the same text is in both, and recall knows.
Result<> turn_over(Host& host, std::string_view directory, const std::string& text)
{
    TRY_LET(const auto before, text_of(host, older(directory)));
    if (before.find(text) == std::string::npos)
        TRY(host.write(
            {.path = older(directory), .text = worth_keeping(host, directory, before) + text, .mode = 0600}));
    return host.write({.path = newer(directory), .mode = 0600});
}

}  // namespace

Result<> remember(Host& host, std::string_view directory, Deed deed)
{
    if (deed.time.empty()) deed.time = one::rfc3339(host.now());
    const auto path = newer(directory);
    TRY_LET(const auto alone, only_writer(host, directory));
    TRY_LET(std::string text, text_of(host, path));
    if (text.size() > full) {
        TRY(turn_over(host, directory, text).map_error(one::while_doing("turn over the history")));
        text.clear();
    }
    const bool cut = !text.empty() && text.back() != '\n';  // by a crash: this line must not stick to it
    return host.append(path, (cut ? "\n" : "") + one::wire::written_as_json(deed) + '\n')
        .map_error(one::while_doing("write the history"));
}

void remember_or_log(Host& host, std::string_view directory, Deed deed)
{
    const auto kind = deed.kind;
    if (const auto done = remember(host, directory, std::move(deed)); !done)
        one::log::warning("the history has no line of this", {{"deed", kind}, {"reason", one::to_line(done.error())}});
}

Result<std::vector<Deed>> recall(const HostView& host, std::string_view directory)
{
    TRY_LET(const auto now, text_of(host, newer(directory)));  // first: it may turn over in between
    TRY_LET(const auto before, text_of(host, older(directory)));
    std::vector<Deed> deeds;
    add_deeds(deeds, before);
    if (before.find(now) == std::string::npos) add_deeds(deeds, now);
    TRY_LET(const auto entries, Journal::read(host, directory));
    add_unfinished(deeds, entries, !before.empty());
    return deeds;
}

Result<std::vector<DamagedLines>> damaged_history(const HostView& host, std::string_view directory)
{
    std::vector<DamagedLines> damaged;
    for (const auto& path : {older(directory), newer(directory)}) {
        TRY_LET(const auto text, text_of(host, path));
        std::vector<Deed> read;
        if (const auto count = add_deeds(read, text); count > 0) damaged.push_back({.path = path, .count = count});
    }
    return damaged;
}

Result<> forget_history(Host& host, std::string_view directory)
{
    for (const auto& path : {older(directory), newer(directory), lock_of(directory)})  // of one who was killed
        TRY(host.remove(path).map_error(one::while_doing("remove the history")));
    return {};
}

std::vector<DoneChange> changes_since(const Journal& journal, std::size_t known)
{
    std::vector<DoneChange> changes;
    const auto& entries = journal.entries();
    for (std::size_t i = std::min(known, entries.size()); i < entries.size(); ++i)
        changes.push_back(change_of(entries[i]));
    return changes;
}

}  // namespace onenode
