// RealHost: looking at files and accounts.
#include "nodeagent/host/accounts.hpp"

#include "common/directory.hpp"
#include "nodeagent/host/file_system.hpp"
#include "nodeagent/host/real_host.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>

namespace onenode {
namespace {

constexpr std::chrono::seconds directory_limit{3};

FileKind kind_of(mode_t mode)
{
    if (S_ISREG(mode)) return FileKind::file;
    if (S_ISDIR(mode)) return FileKind::directory;
    if (S_ISLNK(mode)) return FileKind::symlink;
    return S_ISSOCK(mode) ? FileKind::socket : FileKind::other;
}

FileInfo info_of(const struct stat& info)
{
    return {.kind = kind_of(info.st_mode),
            .mode = info.st_mode & 07777U,
            .uid = info.st_uid,
            .gid = info.st_gid,
            .size = static_cast<std::uint64_t>(info.st_size)};
}

AskDirectory asking(const RealHost& host)
{
    return [&host](std::vector<std::string> argv) {
        return host.look({.argv = std::move(argv), .limit = directory_limit});
    };
}

}  // namespace

RealHost::RealHost(std::string root) : tree_(std::move(root)) {}

Result<std::string> RealHost::read(std::string_view path) const
{
    return tree_.read(path).map_error(one::while_doing("read"));
}

Result<FileInfo> RealHost::stat(std::string_view path) const
{
    if (path == "/") {
        TRY_LET(const Fd top, tree_.open(path, O_PATH));
        struct stat info {};
        if (::fstat(top.get(), &info) != 0) return one::fail(one::error_from_errno(errno, "/"));
        return info_of(info);
    }
    TRY_LET(const auto place, tree_.place(path).map_error(one::while_doing("look at")));
    TRY_LET(const auto info, stat_of(place, path).map_error(one::while_doing("look at")));
    return info_of(info);
}

Result<std::string> RealHost::read_link(std::string_view path) const
{
    TRY_LET(const auto place, tree_.place(path).map_error(one::while_doing("read the link")));
    std::array<char, PATH_MAX> target{};
    const auto size = ::readlinkat(place.directory.get(), place.name.c_str(), target.data(), target.size());
    if (size < 0) return one::fail(one::error_from_errno(errno, std::string{path}));
    return std::string{target.data(), static_cast<std::size_t>(size)};
}

Result<std::vector<std::string>> RealHost::list(std::string_view directory) const
{
    TRY_LET(const Fd fd, tree_.open(directory, O_RDONLY | O_DIRECTORY).map_error(one::while_doing("list")));
    return one::names_in(fd.get(), std::string{directory});
}

Result<FileSystem> RealHost::file_system(std::string_view path) const
{
    std::string here{path};
    for (;;) {
        const auto fd = tree_.open(here, O_PATH);
        if (fd) return file_system_of(fd->get(), here);
        if (fd.error().kind != ErrorKind::not_found || here.size() <= 1) return one::fail(fd.error());
        here.erase(std::max<std::size_t>(here.rfind('/'), 1));
    }
}

Result<User> RealHost::user(std::string_view name) const
{
    return find_user(tree_, name, asking(*this));
}

Result<User> RealHost::user_by_id(std::uint32_t uid) const
{
    return find_user(tree_, uid, asking(*this));
}

Result<Group> RealHost::group(std::string_view name) const
{
    return find_group(tree_, name, asking(*this));
}

Result<Group> RealHost::group_by_id(std::uint32_t gid) const
{
    return find_group(tree_, gid, asking(*this));
}

}  // namespace onenode
