// How errors read, and what errno values mean to a person.
#include "common/result.hpp"

#include <cerrno>
#include <system_error>

namespace one {

std::string to_line(const Error& error)
{
    std::string line = error.doing.empty() ? "cannot handle" : "cannot " + error.doing;
    if (error.doing.empty() && error.thing.empty()) return error.reason;
    if (!error.thing.empty()) line += ' ' + error.thing;
    return line + ": " + error.reason;
}

std::string to_text(const Error& error)
{
    return error.next.empty() ? to_line(error) : to_line(error) + '\n' + error.next;
}

std::string_view to_string(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::internal: return "internal";
    case ErrorKind::not_found: return "not-found";
    case ErrorKind::denied: return "denied";
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::busy: return "busy";
    case ErrorKind::timeout: return "timeout";
    case ErrorKind::unreachable: return "unreachable";
    case ErrorKind::untrusted: return "untrusted";
    case ErrorKind::no_space: return "no-space";
    case ErrorKind::read_only: return "read-only";
    case ErrorKind::unsupported: return "unsupported";
    case ErrorKind::interrupted: return "interrupted";
    }
    return "internal";
}

ErrorKind error_kind_named(std::string_view word)
{
    for (int number = 0; number <= static_cast<int>(ErrorKind::interrupted); ++number)
        if (to_string(static_cast<ErrorKind>(number)) == word) return static_cast<ErrorKind>(number);
    return ErrorKind::internal;
}

namespace {

ErrorKind kind_of(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR: return ErrorKind::not_found;
    case EACCES:
    case EPERM: return ErrorKind::denied;
    case EEXIST:
    case ENOTEMPTY: return ErrorKind::conflict;
    case ELOOP: return ErrorKind::untrusted;
    case EBUSY:
    case EAGAIN:
    case ETXTBSY: return ErrorKind::busy;
    case ETIMEDOUT: return ErrorKind::timeout;
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH: return ErrorKind::unreachable;
    case ENOSPC:
    case EDQUOT: return ErrorKind::no_space;
    case EROFS: return ErrorKind::read_only;
    case EINTR: return ErrorKind::interrupted;
    default: return ErrorKind::internal;
    }
}

std::string next_for(int number, ErrorKind kind, const std::string& thing)
{
    if (number == EIO)
        return "look at the disk that " + thing + " lies on (dmesg | tail), then run the same command again";
    if (number == ENOMEM)
        return "free memory (free -m; ps aux --sort=-rss | head) or raise the limit (ulimit -v), then run the same "
               "command again";
    if (number == EMFILE || number == ENFILE)
        return "raise the limit of open files (ulimit -n; sysctl fs.file-nr), then run the same command again";
    if (number == EAGAIN && !thing.starts_with('/'))
        return "raise the limit of processes (ulimit -u; systemctl show -p TasksMax UNIT), then run the same command "
               "again";
    if (kind == ErrorKind::interrupted) return "run the same command again";
    if (kind == ErrorKind::no_space) return "free space there (df -h " + thing + "), then run the same command again";
    if (kind == ErrorKind::read_only)
        return "remount it read-write (findmnt -T " + thing + "), then run the same command again";
    if (kind == ErrorKind::untrusted)
        return "look at it (namei -l " + thing + "): a symbolic link stands where none may be";
    if (number == ENOTDIR) return "look at it (namei -l " + thing + "): a file stands where a directory has to be";
    if (number == EISDIR) return "look at it (ls -ld " + thing + "): a directory stands where a file has to be";
    if (kind == ErrorKind::not_found && thing.starts_with('/'))
        return "see which part of it is missing (namei -l " + thing + ")";
    if (kind == ErrorKind::conflict && thing.starts_with('/'))
        return "look at what stands there (ls -la " + thing + "), then run the same command again";
    if (kind == ErrorKind::busy && thing.starts_with('/'))
        return "see who uses it (fuser -vm " + thing + "), then run the same command again";
    if (kind == ErrorKind::denied && thing.starts_with('/'))
        return "look at who may (namei -l " + thing + "; lsattr -d " + thing + ")";
    return {};
}

}  // namespace

Error error_from_errno(int number, std::string thing)
{
    const ErrorKind kind = kind_of(number);
    std::string next = next_for(number, kind, thing);
    return {.kind = kind,
            .thing = std::move(thing),
            .reason = std::generic_category().message(number),
            .next = std::move(next)};
}

}  // namespace one
