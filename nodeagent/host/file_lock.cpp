// The file is unlinked while it is locked, so whoever got it must look whether its name still stands for it.
#include "nodeagent/host/file_lock.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace onenode {
namespace {

constexpr int attempts = 10;  // somebody ended in between, again and again

bool still_named(const Place& place, const Fd& fd)
{
    struct stat ours {};
    struct stat named {};
    return ::fstat(fd.get(), &ours) == 0 &&
           ::fstatat(place.directory.get(), place.name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

class FileLock : public Lock {
public:
    FileLock(Place place, std::optional<Place> made, Fd fd) :
        place_(std::move(place)), made_(std::move(made)), fd_(std::move(fd))
    {
    }
    ~FileLock() override
    {
        if (still_named(place_, fd_)) ::unlinkat(place_.directory.get(), place_.name.c_str(), 0);
        if (made_) ::unlinkat(made_->directory.get(), made_->name.c_str(), AT_REMOVEDIR);
    }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    Place place_;
    std::optional<Place> made_;
    Fd fd_;
};

Error held_by(const Fd& fd, std::string_view path)
{
    std::array<char, 32> text{};
    const auto size = ::pread(fd.get(), text.data(), text.size(), 0);
    int pid = 0;
    if (size > 0) std::from_chars(text.data(), text.data() + size, pid);
    const auto who = pid > 0 ? fmt::format("process {}", pid) : std::string{"another process"};
    return {.kind = ErrorKind::busy,
            .thing = std::string{path},
            .reason = fmt::format("{} holds it", who),
            .next = pid > 0 ? fmt::format("wait until it has ended (ps -fp {}), then run the same command again", pid)
                            : "wait until it has ended, then run the same command again",
            .doing = "lock"};
}

}  // namespace

Result<std::unique_ptr<Lock>> lock_file(Place place, std::optional<Place> made, std::string_view path)
{
    const auto failed = [path](int number) {
        Error error = one::error_from_errno(number, std::string{path});
        error.doing = "lock";
        return one::fail(std::move(error));
    };
    for (int attempt = 0; attempt < attempts; ++attempt) {
        Fd fd{::openat(place.directory.get(), place.name.c_str(),
                       O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)};
        if (!fd.open()) return failed(errno);
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
            return errno == EWOULDBLOCK ? one::fail(held_by(fd, path)) : failed(errno);
        if (!still_named(place, fd)) continue;
        const auto pid = fmt::format("{}\n", ::getpid());
        if (::fchmod(fd.get(), 0600) != 0 || ::ftruncate(fd.get(), 0) != 0 ||
            ::pwrite(fd.get(), pid.data(), pid.size(), 0) < 0)
            return failed(errno);
        return std::unique_ptr<Lock>{std::make_unique<FileLock>(std::move(place), std::move(made), std::move(fd))};
    }
    return failed(EBUSY);
}

}  // namespace onenode
