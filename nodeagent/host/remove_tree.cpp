// Every step goes through an open directory, so a link planted meanwhile leads nowhere; mounts are not entered.
#include "nodeagent/host/remove_tree.hpp"

#include "common/directory.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cerrno>

namespace onenode {
namespace {

constexpr int depth_limit = 200;  // also of open descriptors

one::Failure failed(int number, const std::string& path)
{
    Error error = one::error_from_errno(number, path);
    error.doing = "remove";
    if (number == EXDEV) {
        error.reason = "another file system is mounted there";
        error.next = "umount " + path + ", then run the same command again";
    }
    return one::fail(std::move(error));
}

Fd open_directory(int parent, const char* name)
{
    open_how how{};
    how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    how.resolve =
        RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;  // a bind mount of the same device counts too
    return Fd{static_cast<int>(::syscall(SYS_openat2, parent, name, &how, sizeof how))};
}

Result<> remove_below(int parent, const std::string& name, const std::string& path, int depth)
{
    struct stat info {};
    if (::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? Result<>{} : failed(errno, path);
    if (!S_ISDIR(info.st_mode)) {
        if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return {};
        return failed(errno, path);
    }
    if (depth == 0) return one::fail({.kind = ErrorKind::conflict, .thing = path});
    const Fd directory = open_directory(parent, name.c_str());
    if (!directory.open()) return failed(errno, path);
    TRY_LET(const auto names, one::names_in(directory.get(), path).map_error(one::while_doing("remove")));
    for (const auto& inner : names)
        TRY(remove_below(directory.get(), inner, fmt::format("{}/{}", path, inner), depth - 1));
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return {};
    return failed(errno, path);
}

}  // namespace

Result<> remove_tree_at(const Place& place, std::string_view path)
{
    auto removed = remove_below(place.directory.get(), place.name, std::string{path}, depth_limit);
    if (!removed && removed.error().kind == ErrorKind::conflict && removed.error().reason.empty()) {
        removed.error() = {.kind = ErrorKind::conflict,
                           .thing = std::string{path},
                           .reason =
                               fmt::format("its directories are nested deeper than {}, as nobody does it who means "
                                           "well",
                                           depth_limit),
                           .next = fmt::format("look who made them, rm -r {}, then run the same command again", path),
                           .doing = "remove"};
    }
    return removed;
}

}  // namespace onenode
