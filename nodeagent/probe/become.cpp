// Groups first, then group, then user; the environment of the caller goes too. The way back must be closed.
#include "nodeagent/probe/become.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

namespace onenode::probe {
namespace {

one::Failure refused(const std::string& user, int number)
{
    auto error = one::error_from_errno(number, "user " + user);
    error.doing = "become";
    if (number == EPERM) error.next = "run this as root";
    return one::fail(std::move(error));
}

}  // namespace

one::Result<> become(const std::string& user)
{
    std::vector<char> buffer(64 * 1024);
    passwd entry{};
    passwd* found = nullptr;
    const int failed = ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (failed != 0) return refused(user, failed);
    if (found == nullptr)
        return one::fail({.kind = one::ErrorKind::not_found,
                          .thing = "user " + user,
                          .reason = "there is no such user",
                          .doing = "become"});

    if (::initgroups(entry.pw_name, entry.pw_gid) != 0 || ::setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid) != 0 ||
        ::setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid) != 0)
        return refused(user, errno);
    if (entry.pw_uid != 0 && ::setuid(0) == 0) return refused(user, ENOTRECOVERABLE);

    ::clearenv();
    ::setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
    ::setenv("LANG", "C", 1);
    ::setenv("HOME", entry.pw_dir, 1);
    ::setenv("USER", entry.pw_name, 1);
    ::setenv("LOGNAME", entry.pw_name, 1);
    return {};
}

}  // namespace onenode::probe
