// The credentials: the first line of one_auth, as oned itself reads it.
#include "common/fd.hpp"
#include "frontend/oned/client.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace onefrontend::oned {
namespace {

constexpr std::size_t longest = 4096;

one::Failure refuse(const std::string& path, one::ErrorKind kind, std::string reason, std::string next)
{
    return one::fail({.kind = kind,
                      .thing = path,
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = "read OpenNebula's credentials in"});
}

one::Failure cannot(int number, const std::string& path)
{
    if (number == ELOOP)
        return refuse(path, one::ErrorKind::untrusted, "it is a symbolic link",
                      "name the file itself in oned_auth: root reads it too, and sends its first line to oned");
    auto error = one::error_from_errno(number, path);
    error.doing = "read OpenNebula's credentials in";
    error.next = number == EACCES
                     ? "run it as oneadmin: sudo -u oneadmin onefrontend ..."
                     : "set oned_auth to the one_auth of an account in the group oneadmin, readable by this process";
    return one::fail(std::move(error));
}

/// Root reads it in oneadmin's home. Whatever oneadmin puts there, no line of another file may reach oned.
one::Result<> check_file(int file, const std::string& path)
{
    struct stat own {};
    struct stat directory {};
    const auto slash = path.rfind('/');
    const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    if (::fstat(file, &own) != 0 || ::stat(parent.c_str(), &directory) != 0) return cannot(errno, path);
    if (!S_ISREG(own.st_mode) || own.st_nlink != 1)
        return refuse(path, one::ErrorKind::untrusted, "it is no regular file with one name",
                      "let oned_auth name such a file");
    if (own.st_uid == 0 || own.st_uid == ::geteuid() || own.st_uid == directory.st_uid) return {};
    return refuse(path, one::ErrorKind::untrusted, "it belongs to another account than its directory",
                  "chown it to the account that uses it");
}

}  // namespace

Result<one::Secret> read_session(const std::string& path)
{
    const one::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (file.get() < 0) return cannot(errno, path);
    TRY(check_file(file.get(), path));
    std::string text(longest, '\0');
    const auto size = ::read(file.get(), text.data(), text.size());
    if (size < 0) return cannot(errno, path);
    text.resize(static_cast<std::size_t>(size));
    std::string line = text.substr(0, text.find('\n'));
    one::wipe(text);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t'))
        line.pop_back();
    const auto colon = line.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == line.size()) {
        one::wipe(line);
        return refuse(path, one::ErrorKind::invalid, "its first line is not user:password",
                      "write it as oneadmin:PASSWORD");
    }
    return one::Secret{std::move(line)};
}

}  // namespace onefrontend::oned
