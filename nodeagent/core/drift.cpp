// Looks at each path that the journal names, once, as its latest entries have it.
#include "nodeagent/core/drift.hpp"

#include "common/managed_block.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/before.hpp"
#include "nodeagent/host/owner.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <type_traits>

namespace onenode {
namespace {

struct Wanted {  // of one path, all its entries taken together
    std::string path{};
    const Entry* contents = nullptr;
    const Entry* attributes = nullptr;
    bool attributes_are_ours = false;  // not just as they were before us
};

struct Attributes {
    std::uint32_t mode = 0;
    std::string owner{};
    std::string group{};  // empty: the owner's
};

std::optional<Attributes> attributes_of(const Change& change)
{
    return std::visit(
        [](const auto& one) -> std::optional<Attributes> {
            if constexpr (requires { one.mode; })
                return Attributes{one.mode, one.owner, one.group};
            else
                return std::nullopt;
        },
        change);
}

void take(Wanted& wanted, const HostView& host, const Entry& entry)
{
    const auto attributes = attributes_of(entry.change);
    if (!std::holds_alternative<SetAttributes>(entry.change)) wanted.contents = &entry;
    wanted.attributes = attributes ? &entry : nullptr;
    if (!attributes) return;
    const auto& before = std::get<BeforeFile>(entry.before);
    const auto owner = owner_of(host, attributes->owner, attributes->group);
    if (!before.existed || before.mode != attributes->mode || !owner || before.uid != owner->uid ||
        before.gid != owner->gid)
        wanted.attributes_are_ours = true;
}

std::vector<Wanted> wanted_by(const HostView& host, const std::vector<Entry>& entries)
{
    std::vector<Wanted> all;
    for (const auto& entry : entries) {
        const auto* path = path_of(entry.change);
        if (path == nullptr || entry.undone) continue;
        auto known = std::ranges::find(all, *path, &Wanted::path);
        if (known == all.end()) known = all.insert(all.end(), Wanted{.path = *path});
        take(*known, host, entry);
    }
    return all;
}

bool holds_line(std::string_view text, const std::string& line)
{
    const auto lines = one::split_lines(text);
    return std::ranges::find(lines, line) != lines.end();
}

struct Differs {  // in words; empty where nothing does
    const BeforeFile& now;
    const Entry& entry;
    Compare compare;

    [[nodiscard]] std::string kind(FileKind wanted, std::string_view name) const
    {
        if (!now.existed) return "it is gone";
        return now.kind == wanted ? "" : fmt::format("it is no {} any more", name);
    }
    std::string operator()(const WriteFile& change) const
    {
        if (auto text = kind(FileKind::file, "regular file"); !text.empty()) return text;
        if (hash_of(now.text) == entry.after_hash) return {};
        if (change.block.empty() && change.line.empty()) return "its text is changed";
        if (!change.line.empty() && !holds_line(now.text, change.line)) return "our line in it is gone";
        if (!change.block.empty() &&
            one::managed_block(now.text, change.block) != one::managed_block(change.text, change.block))
            return "our lines in it are changed";
        return compare == Compare::every_byte ? "lines around ours are changed" : "";
    }
    std::string operator()(const RemoveFile&) const { return now.existed ? "it is back" : ""; }
    std::string operator()(const MakeDirectory&) const { return kind(FileKind::directory, "directory"); }
    std::string operator()(const MakeLink& change) const
    {
        if (auto text = kind(FileKind::symlink, "link"); !text.empty()) return text;
        return now.text == change.target ? "" : "it points to " + now.text;
    }
    template <class Other>
    std::string operator()(const Other&) const
    {
        return now.existed ? "" : "it is gone";
    }
};

// Nobody can tell whether it is worth keeping, so no repair takes it away.
std::string move_away(const std::string& path)
{
    return fmt::format("look at it, and move it away; the agent puts back its own: ls -ld {0}; mv {0} /root/", path);
}

bool stands_in_the_way(const BeforeFile& now, const Entry* contents)
{
    return contents != nullptr && std::holds_alternative<WriteFile>(contents->change) && now.existed &&
           now.kind != FileKind::file;
}

std::string attributes_differ(const HostView& host, const BeforeFile& now, const Wanted& wanted, Compare compare)
{
    if (wanted.attributes == nullptr || !now.existed || now.kind == FileKind::symlink) return {};
    if (compare == Compare::what_is_ours && !wanted.attributes_are_ours) return {};
    const auto attributes = attributes_of(wanted.attributes->change);
    const auto more = now.mode & (S_IWGRP | S_IWOTH) & ~attributes->mode;  // read by more people: theirs to decide
    if (compare == Compare::every_byte ? now.mode != attributes->mode : more != 0)
        return fmt::format("its mode is {:04o}, not {:04o}", now.mode, attributes->mode);
    const auto owner = owner_of(host, attributes->owner, attributes->group);
    if (!owner || owner->uid != now.uid) return "it is not " + attributes->owner + "'s any more";
    const bool group_may_more = ((attributes->mode >> 3) & ~attributes->mode & 07) != 0;  // than everybody
    if (owner->gid == now.gid || (compare == Compare::what_is_ours && !group_may_more)) return {};
    return attributes->group.empty() ? fmt::format("its group is not {}'s any more", attributes->owner)
                                     : fmt::format("its group is not {} any more", attributes->group);
}

}  // namespace

std::vector<Drift> drift_since(const HostView& host, const std::vector<Entry>& entries, Compare compare)
{
    std::vector<Drift> drift;
    for (const auto& wanted : wanted_by(host, entries)) {
        const auto now =
            wanted.contents != nullptr ? look_at_file(host, wanted.path) : look_at_attributes(host, wanted.path);
        if (!now) {
            const bool is_odd = now.error().kind == ErrorKind::invalid;  // too large, or no file
            drift.push_back(
                {wanted.path, one::to_line(now.error()), is_odd ? move_away(wanted.path) : now.error().next});
            continue;
        }
        std::string what;
        if (wanted.contents != nullptr)
            what = std::visit(Differs{*now, *wanted.contents, compare}, wanted.contents->change);
        if (what.empty()) what = attributes_differ(host, *now, wanted, compare);
        if (what.empty()) continue;
        auto next = stands_in_the_way(*now, wanted.contents) ? move_away(wanted.path) : std::string{};
        drift.push_back({wanted.path, std::move(what), std::move(next)});
    }
    return drift;
}

std::vector<std::string> managed_paths(const std::vector<Entry>& entries)
{
    std::vector<std::string> paths;
    for (const auto& entry : entries) {
        const auto* path = path_of(entry.change);
        if (path == nullptr || entry.undone || std::ranges::find(paths, *path) != paths.end()) continue;
        paths.push_back(*path);
    }
    return paths;
}

}  // namespace onenode
