// RealHost: changing files.
#include "nodeagent/host/file_lock.hpp"
#include "nodeagent/host/owner.hpp"
#include "nodeagent/host/real_host.hpp"
#include "nodeagent/host/remove_tree.hpp"
#include "nodeagent/host/rights.hpp"
#include "nodeagent/host/write_file.hpp"

#include <fcntl.h>

#include <cerrno>

namespace onenode {
namespace {

// A second name of a file may be a system's own.
Error planted(const struct stat& file, std::string_view path)
{
    if (file.st_nlink > 1)
        return {.kind = ErrorKind::untrusted,
                .thing = std::string{path},
                .reason = "it has a second name (hard link) in a directory that is not root's",
                .next = "find / -xdev -samefile " + std::string{path},
                .doing = "set owner and mode of"};
    return {.kind = ErrorKind::untrusted,
            .thing = std::string{path},
            .reason = "it is not the owner's of its directory, and here anybody may link anybody's files",
            .next = "sysctl -w fs.protected_hardlinks=1, then run the same command again",
            .doing = "set owner and mode of"};
}

// By descriptor: what stands at the name may be exchanged meanwhile, what we opened may not.
Result<> give_attributes(const Place& place, std::string_view path, std::uint32_t mode, Owner owner)
{
    const auto failed = [&](int number) { return one::fail(file_error(number, place, path, "set owner and mode of")); };
    const Fd fd{::openat(place.directory.get(), place.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
    struct stat info {};
    if (!fd.open() || ::fstat(fd.get(), &info) != 0) return failed(errno);
    if (S_ISLNK(info.st_mode)) return failed(ELOOP);
    if (may_be_planted(place.owner, info, links_are_protected())) return one::fail(planted(info, path));
    mode = mode_to_give(mode, place.owner, owner.uid);
    const bool owned = info.st_uid == owner.uid && info.st_gid == owner.gid;
    if (!owned && ::fchownat(fd.get(), "", owner.uid, owner.gid, AT_EMPTY_PATH) != 0) return failed(errno);
    const auto itself = "/proc/self/fd/" + std::to_string(fd.get());  // fchmod takes no O_PATH descriptor
    if ((info.st_mode & 07777U) != mode || !owned)
        if (::chmod(itself.c_str(), mode) != 0) return failed(errno);
    return {};
}

Result<> unlink_at(const Place& place, std::string_view path, int flags)
{
    const OwnersRights rights{place.owner};
    if (::unlinkat(place.directory.get(), place.name.c_str(), flags) == 0) return sync_directory(place, path);
    if (errno == ENOENT) return {};
    return one::fail(file_error(errno, place, path, "remove"));
}

// Nothing is to be removed where not even the directory is.
Result<std::optional<Place>> place_to_clear(const Tree& tree, std::string_view path)
{
    auto place = tree.place(path);
    if (place) return std::optional<Place>{*std::move(place)};
    if (place.error().kind == ErrorKind::not_found) return std::optional<Place>{};
    return one::fail(std::move(place).error());
}

}  // namespace

Result<> RealHost::write(const FileSpec& file)
{
    TRY_LET(const auto owner, owner_of(*this, file.owner, file.group));
    TRY_LET(const auto place, tree_.place(file.path).map_error(one::while_doing("write")));
    return write_file(place, file, owner);
}

Result<> RealHost::tidy(std::string_view path)
{
    TRY_LET(const auto place, place_to_clear(tree_, path).map_error(one::while_doing("tidy")));
    return place ? remove_leftover(*place, path) : Result<>{};
}

Result<> RealHost::append(std::string_view path, std::string_view text)
{
    TRY_LET(const auto place, tree_.place(path).map_error(one::while_doing("write")));
    return append_file(place, path, text);
}

Result<> RealHost::make_directory(const DirectorySpec& directory)
{
    TRY_LET(const auto owner, owner_of(*this, directory.owner, directory.group));
    TRY_LET(const auto place, tree_.place(directory.path).map_error(one::while_doing("make directory")));
    {
        const OwnersRights rights{place.owner};
        if (::mkdirat(place.directory.get(), place.name.c_str(), 0700) != 0 && errno != EEXIST)
            return one::fail(file_error(errno, place, directory.path, "make directory"));
    }
    TRY_LET(const auto info, stat_of(place, directory.path));
    if (!S_ISDIR(info.st_mode))
        return one::fail(file_error(S_ISLNK(info.st_mode) ? ELOOP : ENOTDIR, place, directory.path, "make directory"));
    TRY(give_attributes(place, directory.path, directory.mode, owner));
    return sync_directory(place, directory.path);
}

Result<> RealHost::set_attributes(std::string_view path, std::uint32_t mode, std::string_view owner,
                                  std::string_view group_name)
{
    TRY_LET(const auto wanted, owner_of(*this, owner, group_name));
    TRY_LET(const auto place, tree_.place(path).map_error(one::while_doing("set owner and mode of")));
    return give_attributes(place, path, mode, wanted);
}

Result<> RealHost::make_link(std::string_view path, std::string_view target)
{
    TRY_LET(const auto place, tree_.place(path).map_error(one::while_doing("make link")));
    const auto there = stat_of(place, path);
    if (there && !S_ISLNK(there->st_mode)) return one::fail(file_error(EEXIST, place, path, "make link"));
    TRY(remove_leftover(place, path));
    const OwnersRights rights{place.owner};
    const auto name = leftover_name(place.name);
    if (::symlinkat(std::string{target}.c_str(), place.directory.get(), name.c_str()) != 0 ||
        ::renameat(place.directory.get(), name.c_str(), place.directory.get(), place.name.c_str()) != 0)
        return one::fail(file_error(errno, place, path, "make link"));
    return sync_directory(place, path);
}

Result<> RealHost::remove(std::string_view path)
{
    TRY_LET(const auto place, place_to_clear(tree_, path).map_error(one::while_doing("remove")));
    if (!place) return {};
    TRY(remove_leftover(*place, path));
    return unlink_at(*place, path, 0);
}

Result<> RealHost::remove_directory(std::string_view path)
{
    TRY_LET(const auto place, place_to_clear(tree_, path).map_error(one::while_doing("remove")));
    return place ? unlink_at(*place, path, AT_REMOVEDIR) : Result<>{};
}

Result<> RealHost::remove_tree(std::string_view path)
{
    TRY_LET(const auto place, place_to_clear(tree_, path).map_error(one::while_doing("remove")));
    return place ? remove_tree_at(*place, path) : Result<>{};
}

Result<std::unique_ptr<Lock>> RealHost::lock(std::string_view path)
{
    constexpr int attempts = 10;  // whoever lets go of it in between takes the directory away
    const std::string directory{path.substr(0, path.rfind('/'))};
    const auto try_it = [&]() -> Result<std::unique_ptr<Lock>> {
        std::optional<Place> made;
        if (const auto there = stat(directory); !there) {
            if (there.error().kind != ErrorKind::not_found) return one::fail(there.error());
            TRY(make_directory({.path = directory, .mode = 0700}));
            TRY_LET(made, tree_.place(directory));
        }
        TRY_LET(auto place, tree_.place(path).map_error(one::while_doing("lock")));
        return lock_file(std::move(place), std::move(made), path);
    };
    auto lock = try_it();
    for (int attempt = 1; attempt < attempts && !lock && lock.error().kind == ErrorKind::not_found; ++attempt)
        lock = try_it();
    return lock;
}

}  // namespace onenode
