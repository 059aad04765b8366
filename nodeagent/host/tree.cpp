// openat2 first; where it meets a link, a walk name by name that follows only root's own.
#include "nodeagent/host/tree.hpp"

#include "nodeagent/host/rights.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <vector>

namespace onenode {
namespace {

constexpr std::size_t read_limit = 16 * 1024 * 1024;
constexpr int links_at_most = 20;

Fd open_beneath(int top, const char* path, int flags)
{
    open_how how{};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return Fd{static_cast<int>(::syscall(SYS_openat2, top, path, &how, sizeof how))};
}

void push_names(std::vector<std::string>& rest, std::string_view path)  // the next name is the last in `rest`
{
    while (!path.empty()) {
        const auto slash = path.rfind('/');
        const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
        if (!name.empty() && name != ".") rest.emplace_back(name);
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
    }
}

bool only_root_writes(int directory)
{
    struct stat info {};
    return ::fstat(directory, &info) == 0 && info.st_uid == 0 && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

// errno is set where the result is not open.
class Walk {
public:
    Walk(int top, std::string_view path) : top_(top) { push_names(rest_, path); }

    Fd open(int flags)
    {
        while (!rest_.empty()) {
            const auto name = std::move(rest_.back());
            rest_.pop_back();
            if (name == "..") {
                if (!here_.empty()) here_.pop_back();
                continue;
            }
            Fd next{::openat(directory(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
            struct stat info {};
            if (!next.open() || ::fstat(next.get(), &info) != 0) return Fd{};
            if (S_ISLNK(info.st_mode)) {
                if (!follow(next, info)) return Fd{};
            } else if (rest_.empty() && !S_ISDIR(info.st_mode)) {
                return reopened(name, flags);
            } else {
                here_.push_back(std::move(next));
            }
        }
        return Fd{::openat(directory(), ".", flags | O_CLOEXEC)};
    }

private:
    [[nodiscard]] int directory() const { return here_.empty() ? top_ : here_.back().get(); }

    [[nodiscard]] Fd reopened(const std::string& name, int flags) const
    {
        return Fd{::openat(directory(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC)};
    }

    bool follow(const Fd& link, const struct stat& info)
    {
        std::array<char, PATH_MAX> target{};
        const auto size = ::readlinkat(link.get(), "", target.data(), target.size());
        if (size < 0) return false;
        errno = ELOOP;
        if (++links_ > links_at_most || info.st_uid != 0 || !only_root_writes(directory())) return false;
        const std::string_view text{target.data(), static_cast<std::size_t>(size)};
        if (text.starts_with('/')) here_.clear();
        push_names(rest_, text);
        return true;
    }

    int top_;
    std::vector<Fd> here_{};
    std::vector<std::string> rest_{};
    int links_ = 0;
};

std::string beneath(std::string_view path)
{
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    return path.empty() ? "." : std::string{path};
}

// Who owns a directory can give a name there to a file that it may not read, and wait for us to copy it.
Result<> must_be_its_owners_to_read(const Place& here, const Fd& file, std::string_view path)
{
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return one::fail(one::error_from_errno(errno, std::string{path}));
    if (here.owner.st_uid == 0 || !may_be_planted(here.owner, info, links_are_protected())) return {};
    const auto itself = "/proc/self/fd/" + std::to_string(file.get());
    const OwnersRights rights{here.owner};
    if (Fd{::open(itself.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)}.open()) return {};
    return one::fail({.kind = ErrorKind::untrusted,
                      .thing = std::string{path},
                      .reason = "it is somebody else's file, which the owner of its directory may not read and could "
                                "have linked there",
                      .next = "look at it: ls -li " + std::string{path},
                      .doing = "read"});
}

}  // namespace

Tree::Tree(std::string root) :
    root_(std::move(root)), top_(::open(root_.empty() ? "/" : root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC))
{
}

Result<Fd> Tree::open(std::string_view path, int flags) const
{
    Fd fd = open_beneath(top_.get(), beneath(path).c_str(), flags);
    if (!fd.open() && (errno == ELOOP || errno == ENOSYS)) fd = Walk{top_.get(), path}.open(flags);
    if (!fd.open()) return one::fail(one::error_from_errno(errno, std::string{path}));
    return fd;
}

Result<Place> Tree::place(std::string_view path) const
{
    const auto slash = path.rfind('/');
    const auto name = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
    if (!path.starts_with('/') || name.empty() || name == "." || name == "..")
        return one::fail({.kind = ErrorKind::invalid,
                          .thing = std::string{path},
                          .reason = "it is not an absolute path of a file",
                          .next = "give it from / on",
                          .doing = "reach"});
    auto directory = open(path.substr(0, slash), O_RDONLY | O_DIRECTORY);
    if (!directory) {
        directory.error().thing = path;
        return one::fail(std::move(directory).error());
    }
    Place place{.directory = *std::move(directory), .name = std::string{name}};
    if (::fstat(place.directory.get(), &place.owner) != 0)
        return one::fail(one::error_from_errno(errno, std::string{path}));
    return place;
}

Result<std::string> Tree::read(std::string_view path) const
{
    constexpr int plainly = O_RDONLY | O_NONBLOCK | O_NOCTTY;  // a FIFO must not hold us
    TRY_LET(const Place here, place(path));
    Fd fd{::openat(here.directory.get(), here.name.c_str(), plainly | O_NOFOLLOW | O_CLOEXEC)};
    if (!fd.open() && (errno != ELOOP || here.owner.st_uid != 0))
        return one::fail(one::error_from_errno(errno, std::string{path}));
    if (!fd.open()) {  // root's own link
        TRY_LET(fd, open(path, plainly));
    }
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return one::fail(one::error_from_errno(errno, std::string{path}));
    if (!S_ISREG(info.st_mode))
        return one::fail({.kind = ErrorKind::invalid,
                          .thing = std::string{path},
                          .reason = "it is not a regular file",
                          .next = "look at it: ls -ld " + std::string{path},
                          .doing = "read"});
    TRY(must_be_its_owners_to_read(here, fd, path));
    std::string text;
    std::array<char, 16384> buffer{};
    for (;;) {
        const auto count = ::read(fd.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return one::fail(one::error_from_errno(errno, std::string{path}));
        if (count == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
        if (text.size() > read_limit)
            return one::fail({.kind = ErrorKind::invalid,
                              .thing = std::string{path},
                              .reason = "it is larger than 16 MiB",
                              .next = "no file of this kind is: look at what fills it (ls -l " + std::string{path} +
                                      "), move it away, then run the same command again",
                              .doing = "read"});
    }
}

Result<struct stat> stat_of(const Place& place, std::string_view path)
{
    struct stat info {};
    if (::fstatat(place.directory.get(), place.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
        return one::fail(one::error_from_errno(errno, std::string{path}));
    return info;
}

std::string leftover_name(std::string_view name)
{
    return '.' + std::string{name} + ".onenode~";
}

}  // namespace onenode
