// The journal's file: a header, entries, marks. Each record is one synced append, so a crash can only cut the last
// line.
#include "nodeagent/core/journal.hpp"

#include "common/text/moment.hpp"
#include "common/text/size.hpp"
#include "nodeagent/core/before.hpp"
#include "nodeagent/core/journal_compact.hpp"
#include "nodeagent/core/journal_line.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {
namespace {

constexpr std::string_view file_name = "journal";
constexpr std::size_t comfortable_size = 1 << 20;
constexpr std::size_t largest_size = 14 << 20;  // the host reads 16 MiB at most, and leave still has to add its marks

std::string file_in(std::string_view directory)
{
    return fmt::format("{}/{}", directory, file_name);
}

struct Contents {
    std::vector<Entry> entries{};
    std::size_t whole = 0;  // bytes of the lines that are complete
    bool started = false;   // the header is there
};

Result<> take(Contents& contents, JournalLine line)
{
    if (auto* entry = std::get_if<Entry>(&line)) {
        contents.entries.push_back(std::move(*entry));
    } else if (const auto* mark = std::get_if<UndoneMark>(&line)) {
        const auto marked = std::ranges::find(contents.entries, mark->number, &Entry::number);
        if (marked == contents.entries.end())
            return one::fail(
                {.kind = ErrorKind::invalid, .reason = fmt::format("no entry {} stands before it", mark->number)});
        marked->undone = true;
    } else {
        contents.started = true;
    }
    return {};
}

Error unreadable(const std::string& path, std::size_t number, const Error& why)
{
    if (why.kind == ErrorKind::unsupported)
        return {.kind = ErrorKind::unsupported,
                .thing = path,
                .reason = why.reason,
                .next = "nothing was touched; install the onenode that wrote it, and run the same command again",
                .doing = "read the journal"};
    return {.kind = ErrorKind::invalid,
            .thing = path,
            .reason = fmt::format("line {} is damaged: {}", number, why.reason),
            .next = fmt::format("restore the file from a backup; without it (mv {0} {0}.damaged) leave only takes "
                                "out what is known to be onenode's, and gives nothing back",
                                path),
            .doing = "read the journal"};
}

Result<Contents> parse(const std::string& path, std::string_view text)
{
    Contents contents;
    for (std::size_t number = 1;; ++number) {
        const auto end = text.find('\n', contents.whole);
        if (end == std::string_view::npos) return contents;  // nothing, or the line that a crash cut
        auto line = parse_journal_line(text.substr(contents.whole, end - contents.whole));
        const auto taken = line ? take(contents, *std::move(line)) : Result<>{one::fail(line.error())};
        if (!taken) return one::fail(unreadable(path, number, taken.error()));
        if (!contents.started) return one::fail(unreadable(path, number, {.reason = "the header is missing"}));
        contents.whole = end + 1;
    }
}

Result<std::string> text_of(const HostView& host, const std::string& path)
{
    auto text = host.read(path);
    if (!text && text.error().kind == ErrorKind::not_found) return std::string{};
    return std::move(text).map_error(one::while_doing("read the journal"));
}

// Earlier versions kept the bytes of files of which only owner and mode were changed: keys of this machine, too.
bool drop_needless_texts(std::vector<Entry>& entries)
{
    bool dropped = false;
    for (auto& entry : entries) {
        auto* before = std::get_if<BeforeFile>(&entry.before);
        if (before == nullptr || before->text.empty() || !leaves_text_alone(entry.change)) continue;
        before->text.clear();
        dropped = true;
    }
    return dropped;
}

std::string text_of(const std::vector<Entry>& entries)
{
    std::string text = to_line(JournalHeader{});
    for (const auto& entry : entries)
        text += to_line(entry);
    return text;
}

// A journal that nobody can read any more gives nothing back.
Result<> must_fit(const HostView& host, const std::string& journal, const Change& change, std::size_t more)
{
    const auto there = host.stat(journal);
    const std::size_t size = there ? there->size : 0;
    if (size + more <= largest_size) return {};
    const auto* path = path_of(change);
    const bool too_large_alone = more > largest_size;
    return one::fail(
        {.kind = ErrorKind::invalid,
         .thing = path != nullptr ? *path : title_of(change),
         .reason =
             fmt::format("what leave would need to give it back takes {}B in {}, which may have {}B and has {}B; "
                         "it was not changed",
                         one::size_to_text(more), journal, one::size_to_text(largest_size), one::size_to_text(size)),
         .next =
             too_large_alone && path != nullptr
                 ? fmt::format("make it smaller or move it away (ls -lh {}), then run the same command again", *path)
                 : "run onenode leave, which gives everything back, then onenode join again",
         .doing = "keep what was before of"});
}

}  // namespace

Result<Journal> Journal::open(Host& host, std::string directory)
{
    if (!host.stat(directory))
        TRY(host.make_directory({.path = directory, .mode = 0700})
                .map_error(one::while_doing("make the state directory")));

    Journal journal{host, std::move(directory)};
    const auto path = file_in(journal.directory_);
    TRY_LET(const auto text, text_of(host, path));
    TRY_LET(auto contents, parse(path, text));
    if (contents.whole != text.size())  // the next record must not stick to the remains of this one
        TRY(host.write({.path = path, .text = text.substr(0, contents.whole), .mode = 0600})
                .map_error(one::while_doing("repair the journal")));
    if (drop_needless_texts(contents.entries) || text.size() > comfortable_size) {
        contents.entries = compacted(std::move(contents.entries));
        TRY(host.write({.path = path, .text = text_of(contents.entries), .mode = 0600})
                .map_error(one::while_doing("shorten the journal")));
    }
    journal.entries_ = std::move(contents.entries);
    journal.started_ = contents.started;
    return journal;
}

Result<std::vector<Entry>> Journal::read(const HostView& host, std::string_view directory)
{
    const auto path = file_in(directory);
    TRY_LET(const auto text, text_of(host, path));
    TRY_LET(auto contents, parse(path, text));
    return std::move(contents.entries);
}

Result<> Journal::begin()
{
    if (started_) return {};
    TRY(host_->append(file_in(directory_), to_line(JournalHeader{})).map_error(one::while_doing("begin the journal")));
    started_ = true;
    return {};
}

Result<std::uint64_t> Journal::record(std::string step, const Change& change, const Before& before,
                                      std::string after_hash)
{
    Entry entry{.number = entries_.empty() ? 1 : entries_.back().number + 1,
                .step = std::move(step),
                .change = change,
                .before = before,
                .after_hash = std::move(after_hash),
                .time = one::rfc3339(host_->now())};
    const auto lines = (started_ ? std::string{} : to_line(JournalHeader{})) + to_line(entry);
    TRY(must_fit(*host_, file_in(directory_), change, lines.size()));
    TRY(host_->append(file_in(directory_), lines).map_error(one::while_doing("write the journal")));
    started_ = true;
    entries_.push_back(std::move(entry));
    return entries_.back().number;
}

Result<> Journal::mark_undone(std::uint64_t number)
{
    const auto entry = std::ranges::find(entries_, number, &Entry::number);
    if (entry == entries_.end())
        return one::fail(
            {.thing = directory_, .reason = fmt::format("the journal has no entry {}", number), .doing = "undo"});
    TRY(host_->append(file_in(directory_), to_line(UndoneMark{number}))
            .map_error(one::while_doing("write the journal")));
    entry->undone = true;
    return {};
}

std::string Journal::scratch() const
{
    return directory_ + "/verify";
}

std::string Journal::untold() const
{
    return untold_in(directory_);
}

std::string Journal::untold_in(std::string_view directory)
{
    return fmt::format("{}/untold", directory);
}

Result<> Journal::remove()
{
    TRY(host_->remove(untold()).map_error(one::while_doing("remove")));
    TRY(host_->remove(scratch()).map_error(one::while_doing("remove")));
    TRY(host_->remove(file_in(directory_)).map_error(one::while_doing("remove the journal")));
    entries_.clear();
    started_ = false;
    const auto place = host_->stat(directory_);
    if (place && place->kind == FileKind::symlink) return {};  // somebody gave it another place, and the link is theirs
    auto gone = host_->remove_directory(directory_).map_error(one::while_doing("remove"));
    if (!gone && gone.error().kind == ErrorKind::conflict) return {};  // identity and configuration live there, too
    if (!gone && gone.error().kind == ErrorKind::busy) return {};      // somebody gave it a file system of its own
    return gone;
}

}  // namespace onenode
