// openat, one name at a time.
#include "frontend/backup/tree.hpp"

#include "common/directory.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <vector>

namespace onefrontend::backup {
namespace {

using one::Fd;
using one::Result;

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;

struct Walker {
    const std::function<bool(const std::string&, const struct stat&)>& is_wanted;
    const std::function<Result<>(const Found&)>& visit;

    Result<> into(int folder, const std::string& path) const
    {
        TRY_LET(const auto names,
                one::names_in(folder, path.empty() ? "." : path).map_error(one::while_doing("look into")));
        for (const auto& name : names) {
            Found found{.path = path.empty() ? name : fmt::format("{}/{}", path, name), .folder = folder, .name = name};
            if (::fstatat(folder, name.c_str(), &found.info, AT_SYMLINK_NOFOLLOW) != 0) {
                if (errno == ENOENT) continue;
                return cannot("look at", found.path);
            }
            if (!is_wanted(found.path, found.info)) continue;
            TRY(visit(found));
            if (S_ISDIR(found.info.st_mode)) TRY(below(found));
        }
        return {};
    }

    Result<> below(const Found& found) const
    {
        const Fd inner{::openat(found.folder, found.name.c_str(), folder_flags)};
        if (inner.open()) return into(inner.get(), found.path);
        if (errno == ENOENT) return {};
        return cannot("look into", found.path);
    }
};

}  // namespace

one::Failure cannot(std::string_view doing, std::string thing)
{
    auto error = one::error_from_errno(errno, std::move(thing));
    error.doing = doing;
    return one::fail(std::move(error));
}

Result<Fd> open_folder(const std::string& path)
{
    Fd folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder.open()) return cannot("open", path);
    return folder;
}

Result<Place> find_place(int root, std::string_view path, Missing missing)
{
    Fd folder{::openat(root, ".", folder_flags)};
    if (!folder.open()) return cannot("open", std::string{path});
    for (;;) {
        const auto slash = path.find('/');
        std::string name{path.substr(0, slash)};
        if (slash == std::string_view::npos) return Place{std::move(folder), std::move(name)};
        if (missing == Missing::make && ::mkdirat(folder.get(), name.c_str(), 0700) != 0 && errno != EEXIST)
            return cannot("create", name);
        Fd next{::openat(folder.get(), name.c_str(), folder_flags)};
        if (!next.open() && errno != ENOENT)
            return one::fail({.kind = one::ErrorKind::conflict,
                              .thing = name,
                              .reason = "it is a link, or no folder",
                              .next = "put a folder there",
                              .doing = "go into"});
        if (!next.open()) return cannot("open", name);
        folder = std::move(next);
        path.remove_prefix(slash + 1);
    }
}

Result<Fd> make_own_folder(int root, const std::string& name)
{
    if (::mkdirat(root, name.c_str(), 0700) != 0 && errno != EEXIST) return cannot("create", name);
    Fd folder{::openat(root, name.c_str(), folder_flags)};
    struct stat info {};
    if (!folder.open() || ::fstat(folder.get(), &info) != 0) return cannot("open", name);
    if (info.st_uid == ::geteuid() && (info.st_mode & 077U) == 0) return folder;
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = name,
                      .reason = "somebody else has a folder of this name there",
                      .next = "look at it, and move it away",
                      .doing = "use"});
}

Result<> walk(int root, const std::function<bool(const std::string&, const struct stat&)>& is_wanted,
              const std::function<Result<>(const Found&)>& visit)
{
    return Walker{is_wanted, visit}.into(root, "");
}

Result<std::string> target_of(const Found& link)
{
    std::array<char, PATH_MAX> target{};
    const auto size = ::readlinkat(link.folder, link.name.c_str(), target.data(), target.size());
    if (size < 0) return cannot("read", link.path);
    return std::string{target.data(), static_cast<std::size_t>(size)};
}

}  // namespace onefrontend::backup
