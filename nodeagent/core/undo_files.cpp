// Gives files back: the bytes before, or, where somebody edited ours since, their text without our lines.
#include "nodeagent/core/undo_change.hpp"

#include "common/managed_block.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/before.hpp"
#include "nodeagent/core/traces.hpp"
#include "nodeagent/host/owner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {
namespace {

constexpr std::size_t names_shown = 3;

Outcome kept(std::string_view path, std::string reason)
{
    return Kept{.thing = std::string{path}, .reason = std::move(reason)};
}

Outcome done(Result<> result)
{
    TRY(std::move(result));
    return std::nullopt;
}

Result<> write_as(Host& host, std::string_view path, const std::string& text, const BeforeFile& attributes,
                  const BeforeFile& now)
{
    return host
        .write({.path = std::string{path},
                .text = text,
                .mode = attributes.mode,
                .owner = std::to_string(attributes.uid),
                .group = std::to_string(attributes.gid),
                .over = now.text})
        .map_error(one::while_doing("give back"));
}

Result<> restore(Host& host, std::string_view path, const BeforeFile& before, const BeforeFile& now)
{
    if (!before.existed) return host.remove(path).map_error(one::while_doing("remove"));
    if (before.kind == FileKind::symlink)
        return host.make_link(path, before.text).map_error(one::while_doing("give back"));
    return write_as(host, path, before.text, before, now);
}

/// Everything else keeps its bytes; of several such lines one is ours.
std::string without_line(std::string text, const std::string& line)
{
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        if (std::string_view{text}.substr(begin, end - begin) == line) return text.erase(begin, end - begin + 1);
        begin = end + 1;
    }
    return text;
}

/// It is theirs from now on: with our claim in it, it would look like a join whose state is lost.
std::string without_claim(std::string text)
{
    for (auto claim = text.find(our_claim); claim != std::string::npos; claim = text.find(our_claim))
        text.replace(claim, our_claim.size(), "Once written by onenode");
    return text;
}

// Somebody wrote into it since: only our lines go.
Outcome undo_edited(Host& host, const WriteFile& change, const BeforeFile& before, const BeforeFile& now)
{
    if (change.block.empty() && change.line.empty()) {
        const auto theirs = without_claim(now.text);
        if (theirs != now.text) TRY(write_as(host, change.path, theirs, now, now));
        return kept(change.path, "it was edited since onenode wrote it: remove it if nobody needs it");
    }
    const auto rest =
        change.line.empty() ? one::with_managed_block(now.text, change.block, {}) : without_line(now.text, change.line);
    if (!before.existed && one::trim(rest).empty())
        return done(host.remove(change.path).map_error(one::while_doing("remove")));
    if (rest != now.text) TRY(write_as(host, change.path, rest, now, now));
    if (!before.existed) return kept(change.path, "lines that are not onenode's stand in it");
    return std::nullopt;
}

template <class Attributes>
bool has(const BeforeFile& now, const HostView& host, const Attributes& wanted)
{
    const auto owner = owner_of(host, wanted.owner, wanted.group);
    return now.mode == wanted.mode && owner && owner->uid == now.uid && owner->gid == now.gid;
}

Result<> give_attributes_back(Host& host, std::string_view path, const BeforeFile& before)
{
    return host.set_attributes(path, before.mode, std::to_string(before.uid), std::to_string(before.gid))
        .map_error(one::while_doing("give owner and mode back to"));
}

template <class Change>
Outcome undo_attributes(Host& host, const Change& change, const BeforeFile& before, const BeforeFile& now)
{
    if (now.mode == before.mode && now.uid == before.uid && now.gid == before.gid) return std::nullopt;
    if (!has(now, host, change))
        return kept(change.path, "its owner, group or mode were changed since onenode set them");
    return done(give_attributes_back(host, change.path, before));
}

Outcome remove_made_directory(Host& host, std::string_view path)
{
    const auto gone = host.remove_directory(path).map_error(one::while_doing("remove"));
    if (gone) return std::nullopt;
    if (gone.error().kind == ErrorKind::busy) return kept(path, "a file system is mounted there");
    if (gone.error().kind != ErrorKind::conflict) return one::fail(gone.error());
    auto names = host.list(path).value_or(std::vector<std::string>{});
    const bool more = names.size() > names_shown;
    if (more) names.resize(names_shown);
    return kept(path, fmt::format("it holds {}{}", one::join(names, ", "), more ? ", ..." : ""));
}

}  // namespace

Outcome undo_file(Host& host, const Entry& entry, const WriteFile& change)
{
    const auto& before = std::get<BeforeFile>(entry.before);
    TRY(host.tidy(change.path).map_error(one::while_doing("tidy up beside")));
    TRY_LET(const auto now, look_at_file(host, change.path));
    if (now == before) return std::nullopt;
    if (now.existed && now.kind != FileKind::file)
        return kept(change.path, "something else than a file stands there now");
    if (!now.existed || hash_of(now.text) == entry.after_hash || now.text == before.text)
        return done(restore(host, change.path, before, now));
    return undo_edited(host, change, before, now);
}

Outcome undo_file(Host& host, const Entry& entry, const RemoveFile& change)
{
    const auto& before = std::get<BeforeFile>(entry.before);
    TRY(host.tidy(change.path).map_error(one::while_doing("tidy up beside")));
    TRY_LET(const auto now, look_at_file(host, change.path));
    if (now == before) return std::nullopt;
    if (now.existed) return kept(change.path, "somebody made it anew since onenode removed it");
    return done(restore(host, change.path, before, now));
}

Outcome undo_file(Host& host, const Entry& entry, const MakeDirectory& change)
{
    const auto& before = std::get<BeforeFile>(entry.before);
    TRY_LET(const auto now, look_at_attributes(host, change.path));
    if (!now.existed) return std::nullopt;
    if (now.kind != FileKind::directory && before.existed && before.kind == now.kind)
        return std::nullopt;  // never made
    if (now.kind != FileKind::directory) return kept(change.path, "something else than a directory stands there now");
    if (before.existed) return undo_attributes(host, change, before, now);
    return remove_made_directory(host, change.path);
}

Outcome undo_file(Host& host, const Entry& entry, const SetAttributes& change)
{
    const auto& before = std::get<BeforeFile>(entry.before);
    TRY_LET(const auto now, look_at_attributes(host, change.path));
    if (!now.existed) return std::nullopt;
    if (now.kind != before.kind) return kept(change.path, "something else stands there now");
    return undo_attributes(host, change, before, now);
}

Outcome undo_file(Host& host, const Entry& entry, const MakeLink& change)
{
    const auto& before = std::get<BeforeFile>(entry.before);
    TRY_LET(const auto now, look_at_file(host, change.path));
    if (now == before) return std::nullopt;
    const bool ours = now.existed && now.kind == FileKind::symlink && now.text == change.target;
    if (now.existed && !ours) return kept(change.path, "something else stands there now");
    return done(restore(host, change.path, before, now));
}

}  // namespace onenode
