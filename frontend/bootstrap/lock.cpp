// fcntl's lock, asked for until it is ours.
#include "frontend/bootstrap/lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace onefrontend::bootstrap {
namespace {

constexpr std::chrono::milliseconds between_tries{200};

one::Failure cannot_lock(const std::string& path, int number)
{
    auto error = one::error_from_errno(number, path);
    error.doing = "lock";
    return one::fail(std::move(error));
}

}  // namespace

one::Result<one::Fd> lock_volume(const std::string& path, std::chrono::seconds patience,
                                 const std::function<void(const std::string&)>& say)
{
    one::Fd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file.open()) return cannot_lock(path, errno);
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    const auto end = std::chrono::steady_clock::now() + patience;
    for (bool told = false; ::fcntl(file.get(), F_SETLK, &whole) != 0;) {
        if (errno != EACCES && errno != EAGAIN && errno != EINTR) return cannot_lock(path, errno);
        if (std::chrono::steady_clock::now() >= end)
            return one::fail({.kind = one::ErrorKind::timeout,
                              .thing = path,
                              .reason = "another front-end runs on this volume",
                              .next = "end that one; two on one database destroy it",
                              .doing = "lock"});
        if (!told) say("waits for another front-end that runs on this volume to end");
        told = true;
        std::this_thread::sleep_for(between_tries);
    }
    return file;
}

void keep_over_exec(one::Fd lock)
{
    ::fcntl(lock.get(), F_SETFD, 0);
    lock.release();
}

}  // namespace onefrontend::bootstrap
