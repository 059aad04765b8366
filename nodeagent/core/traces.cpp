// Without the bytes from before nothing can be given back, but nobody else's byte is touched either.
#include "nodeagent/core/traces.hpp"

#include "common/managed_block.hpp"
#include "nodeagent/core/before.hpp"

#include <algorithm>

namespace onenode {
namespace {

bool has_our_name(std::string_view path)
{
    return path.substr(path.rfind('/') + 1).find("onenode") != std::string_view::npos;
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
    if (has_our_name(path)) {
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
