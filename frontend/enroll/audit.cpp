// Appends one line, and waits until it is on the disk.
#include "frontend/enroll/audit.hpp"

#include "common/fd.hpp"
#include "frontend/enroll/json.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace onefrontend {
namespace {

using one::Result;

std::string utc(std::int64_t time_ms)
{
    const std::chrono::system_clock::time_point time{std::chrono::milliseconds{time_ms}};
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                       time_ms % 1000);
}

one::Failure cannot(int number, const std::string& path)
{
    one::Error error = one::error_from_errno(number, path);
    error.doing = "write the audit log";
    return one::fail(std::move(error));
}

/// Root may be the first to write (an admin's verb), the service must be able to go on.
void give_to_owner_of_directory(int file, const struct stat& own, const std::string& path)
{
    struct stat directory {};
    if (::geteuid() != 0) return;
    if (::stat(path.substr(0, path.rfind('/')).c_str(), &directory) != 0 || own.st_uid == directory.st_uid) return;
    if (::fchown(file, directory.st_uid, directory.st_gid) != 0) return;  // the service says so when it cannot write
}

Result<one::Fd> open_log(const std::string& path, struct stat& own)
{
    one::Fd file{::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)};
    if (file.get() < 0 || ::fstat(file.get(), &own) != 0) return cannot(errno, path);
    // Root writes here too, and the service's account may put anything under this name: a FIFO, another file's name.
    if (!S_ISREG(own.st_mode) || own.st_nlink != 1)
        return one::fail({.kind = one::ErrorKind::untrusted,
                          .thing = path,
                          .reason = "it is no regular file with one name",
                          .next = "find out who put it there, and remove it",
                          .doing = "write the audit log"});
    give_to_owner_of_directory(file.get(), own, path);
    return Result<one::Fd>{std::move(file)};
}

/// A full disk may have cut the last one.
bool ends_within_a_line(int file, const struct stat& own)
{
    char last = '\n';
    return own.st_size > 0 && ::pread(file, &last, 1, own.st_size - 1) == 1 && last != '\n';
}

}  // namespace

std::string to_line(const AuditEvent& event)
{
    Json tree{{"time", utc(event.time_ms)}, {"event", event.event}};
    for (const auto& [key, value] : event.fields)
        tree[key] = value;
    return dump(tree) + '\n';
}

Result<> Audit::write(const AuditEvent& event) const
{
    struct stat own {};
    TRY_LET(const auto file, open_log(path_, own));
    std::string line = to_line(event);
    if (ends_within_a_line(file.get(), own)) line.insert(0, 1, '\n');
    const auto written = ::write(file.get(), line.data(), line.size());  // one call: lines of two processes do not mix
    if (written < 0) return cannot(errno, path_);
    if (static_cast<std::size_t>(written) != line.size()) return cannot(ENOSPC, path_);
    if (::fdatasync(file.get()) != 0) return cannot(errno, path_);
    return {};
}

Result<> Audit::probe() const
{
    struct stat own {};
    TRY_LET(const auto file, open_log(path_, own));
    struct statvfs disk {};
    if (::fstatvfs(file.get(), &disk) != 0) return cannot(errno, path_);
    if (disk.f_bavail == 0) return cannot(ENOSPC, path_);
    return {};
}

one::Async<Result<>> Audit::record(one::asio::thread_pool& pool, AuditEvent event) const
{
    struct Work {
        const Audit* audit;
        AuditEvent event;
        Result<> operator()() const { return audit->write(event); }
    };
    Work work{this, std::move(event)};
    co_return co_await one::off_the_loop(pool, std::move(work));
}

}  // namespace onefrontend
