// By name and kind.
#include "frontend/backup/scope.hpp"

#include <algorithm>
#include <array>

namespace onefrontend::backup {
namespace {

constexpr std::array<std::string_view, 7> ours{
    spool_folder, staging_folder, ".upgrade", ".bootstrap.lock", ".bootstrap.cnf", "lost+found",
    "config"  // oned writes it at each start
};

/// How far `path` is below `folder`: 0 is the folder itself, -1 elsewhere.
long depth_below(std::string_view path, std::string_view folder)
{
    if (folder.empty() || !path.starts_with(folder)) return -1;
    path.remove_prefix(folder.size());
    if (!path.empty() && path.front() != '/') return -1;
    return std::ranges::count(path, '/');
}

/// A folder a datastore: oned's drivers want them there. Images are not for a backup of the front-end.
bool is_skeleton(long depth, mode_t mode)
{
    return depth <= 1 && (S_ISDIR(mode) || S_ISLNK(mode));
}

/// Of a process that will not be there any more.
bool is_passing(std::string_view path, const struct stat& info)
{
    return S_ISREG(info.st_mode) && (path.ends_with(".pid") || (path.ends_with(".lock") && info.st_size == 0));
}

}  // namespace

bool is_reserved(std::string_view name)
{
    return std::ranges::find(ours, name) != ours.end() || name.starts_with(aside_folder);
}

bool is_kept(const Scope& scope, std::string_view path, const struct stat& info)
{
    if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode) && !S_ISLNK(info.st_mode)) return false;
    if (is_reserved(path.substr(0, path.find('/'))) || is_passing(path, info)) return false;
    const auto whole = scope.root + '/' + std::string{path};
    if (whole == scope.apart) return false;
    if (!scope.database.empty() && whole.starts_with(scope.database)) {  // its journals, too
        const auto rest = std::string_view{whole}.substr(scope.database.size());
        if (rest.empty() || rest == "-journal" || rest == "-wal" || rest == "-shm" || rest == ".new") return false;
    }
    const auto depth = depth_below(whole, scope.datastores);
    return depth < 0 || is_skeleton(depth, info.st_mode);
}

}  // namespace onefrontend::backup
