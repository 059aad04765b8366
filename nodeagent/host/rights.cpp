// setfsuid(2) and setfsgid(2) act on this thread alone; the kernel takes root's file capabilities away with them.
#include "nodeagent/host/rights.hpp"

#include "common/fd.hpp"

#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace onenode {

OwnersRights::OwnersRights(const struct stat& directory)
{
    if (directory.st_uid == 0 || ::geteuid() != 0) return;
    // The system call, not the function: for this thread only; root keeps none.
    const bool groupless = ::syscall(SYS_setgroups, 0, nullptr) == 0;
    ::setfsgid(directory.st_gid);
    ::setfsuid(directory.st_uid);
    taken_ = true;
    if (!groupless || static_cast<gid_t>(::setfsgid(static_cast<gid_t>(-1))) != directory.st_gid ||
        static_cast<uid_t>(::setfsuid(static_cast<uid_t>(-1))) != directory.st_uid)
        std::abort();  // never go on as root by mistake
}

void OwnersRights::give_back()
{
    if (!taken_) return;
    const int error = errno;
    ::setfsuid(0);
    ::setfsgid(0);
    taken_ = false;
    errno = error;
}

bool may_be_planted(const struct stat& directory, const struct stat& file, bool links_are_protected)
{
    if (directory.st_uid == 0 || file.st_uid == directory.st_uid || S_ISDIR(file.st_mode)) return false;
    return file.st_nlink > 1 || !links_are_protected;
}

bool links_are_protected()
{
    const one::Fd setting{::open("/proc/sys/fs/protected_hardlinks", O_RDONLY | O_CLOEXEC)};
    char value = '0';
    return setting.open() && ::read(setting.get(), &value, 1) == 1 && value != '0';
}

mode_t mode_to_give(mode_t mode, const struct stat& directory, uid_t owner)
{
    const bool is_safe = directory.st_uid == 0 || owner == directory.st_uid;
    return is_safe ? mode : mode & ~static_cast<mode_t>(S_ISUID | S_ISGID);
}

}  // namespace onenode
