// Changes the thread's file-system user and group, and changes them back.
#include "frontend/proofs/file_rights.hpp"

#include <pwd.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include <utility>
#include <vector>

namespace onefrontend {

one::Result<FileRights> FileRights::of(const std::string& account)
{
    FileRights rights;
    if (::geteuid() != 0) return rights;

    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> buffer(16384);
    const int failed = ::getpwnam_r(account.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (failed != 0) return one::fail(one::error_from_errno(failed, "user " + account));
    if (!found)
        return one::fail({.kind = one::ErrorKind::not_found,
                          .thing = "user " + account,
                          .reason = "this machine has no such account",
                          .next = "set ssh_user in the configuration of onefrontend to OpenNebula's account"});

    // Of the thread alone, unlike seteuid in glibc; takes the file capabilities away as well. They report no failure.
    rights.group_before_ = static_cast<gid_t>(::setfsgid(entry.pw_gid));
    rights.user_before_ = static_cast<uid_t>(::setfsuid(entry.pw_uid));
    rights.changed_ = true;
    if (static_cast<uid_t>(::setfsuid(static_cast<uid_t>(-1))) != entry.pw_uid)
        return one::fail({.kind = one::ErrorKind::denied,
                          .thing = "user " + account,
                          .reason = "the kernel refused to act with its rights",
                          .next = "run onefrontend as root or as " + account});
    return rights;
}

FileRights::FileRights(FileRights&& other) noexcept :
    changed_(std::exchange(other.changed_, false)), user_before_(other.user_before_), group_before_(other.group_before_)
{
}

FileRights::~FileRights()
{
    if (!changed_) return;
    ::setfsuid(user_before_);
    ::setfsgid(group_before_);
}

}  // namespace onefrontend
