// Without the bytes from before nothing can be given back, but nobody else's byte is touched either.
#include "nodeagent/core/traces.hpp"

#include "common/managed_block.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/before.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {
namespace {

/// By name and by words: people may have had a file of this name before us, and it is given back to them. A certificate
/// has no place for words.
bool is_our_file(std::string_view path, std::string_view text)
{
    return path.substr(path.rfind('/') + 1).find("onenode") != std::string_view::npos &&
           (text.find(our_claim) != std::string_view::npos || path.ends_with("-cert.pub"));
}

bool is_known(std::span<const Entry> journal, std::string_view path)
{
    return std::ranges::any_of(journal, [path](const Entry& entry) {
        const auto* file = std::get_if<WriteFile>(&entry.change);
        return file && file->path == path;
    });
}

Result<bool> remove_trace(Host& host, const std::string& path, std::string_view block, std::span<const Entry> journal)
{
    TRY_LET(const auto now, look_at_file(host, path));
    if (!now.existed || now.kind != FileKind::file) return false;
    if (is_our_file(path, now.text)) {
        if (is_known(journal, path)) return false;
        TRY(host.remove(path).map_error(one::while_doing("remove")));
        return true;
    }
    if (one::managed_block(now.text, block).empty()) return false;
    TRY(host.write({.path = path,
                    .text = one::with_managed_block(now.text, block, {}),
                    .mode = now.mode,
                    .owner = std::to_string(now.uid),
                    .group = std::to_string(now.gid)})
            .map_error(one::while_doing("take our lines out of")));
    return true;
}

}  // namespace

std::vector<std::string> find_traces(const HostView& host, std::span<const std::string> paths, std::string_view block,
                                     std::span<const Entry> journal)
{
    std::vector<std::string> found;
    for (const auto& path : paths) {
        const auto now = look_at_file(host, path);
        if (!now || !now->existed || now->kind != FileKind::file || is_known(journal, path)) continue;
        if (is_our_file(path, now->text) || !one::managed_block(now->text, block).empty()) found.push_back(path);
    }
    return found;
}

Error forgotten(std::string thing, const std::vector<std::string>& traces)
{
    return {.kind = ErrorKind::not_found,
            .thing = std::move(thing),
            .reason = fmt::format("it is gone, with what onenode knew of its join; what that wrote is here still: {}",
                                  one::join(traces, ", ")),
            .next = "restore it from a backup; without one: onenode leave --offline, then on the front-end: "
                    "onefrontend node list; onefrontend node remove ID",
            .doing = "read"};
}

Result<std::vector<std::string>> remove_traces(Host& host, std::span<const std::string> paths, std::string_view block,
                                               std::span<const Entry> journal)
{
    std::vector<std::string> touched;
    for (const auto& path : paths) {
        TRY_LET(const bool was_ours, remove_trace(host, path, block, journal));
        if (was_ours) touched.push_back(path);
    }
    return touched;
}

}  // namespace onenode
