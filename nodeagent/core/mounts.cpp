// /proc/self/mountinfo (proc_pid_mountinfo(5)): fixed fields, optional ones up to a lone "-", then type, source, options.
#include "nodeagent/core/mounts.hpp"

#include "common/text/words.hpp"

#include <algorithm>

namespace onenode {
namespace {

constexpr std::size_t point_field = 4;

bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

}  // namespace

std::string unescaped(std::string_view text)
{
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escaped =
            text[at] == '\\' && at + 3 < text.size() && std::ranges::all_of(text.substr(at + 1, 3), is_octal);
        if (!escaped) {
            plain += text[at];
            continue;
        }
        plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
        at += 3;
    }
    return plain;
}

std::vector<Mount> mounts_in(std::string_view text)
{
    std::vector<Mount> found;
    for (const auto& line : one::split_lines(text)) {
        const auto words = one::split_words(line);
        const auto dash = std::ranges::find(words, "-");
        if (words.size() <= point_field || words.end() - dash < 3) continue;
        found.push_back({.point = unescaped(words[point_field]),
                         .type = dash[1],
                         .source = unescaped(dash[2]),
                         .options = words.end() - dash > 3 ? dash[3] : std::string{}});
    }
    return found;
}

std::optional<Mount> mount_of(const std::vector<Mount>& mounts, std::string_view path)
{
    std::optional<Mount> best;
    for (const auto& mount : mounts)
        if (is_at_or_below(path, mount.point) && (!best || mount.point.size() >= best->point.size())) best = mount;
    return best;
}

bool is_at_or_below(std::string_view path, std::string_view directory)
{
    if (directory == "/") return path.starts_with('/');
    return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

bool is_remote(std::string_view type)
{
    return type.starts_with("nfs") || type == "cifs" || type == "smb3" || type == "ceph" || type == "fuse.glusterfs" ||
           type == "fuse.sshfs" || type == "fuse.ceph";
}

}  // namespace onenode
