// setfsuid(2) and setfsgid(2) act on this thread alone; the kernel takes root's file capabilities away with them.
#include "nodeagent/host/rights.hpp"

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

}  // namespace onenode
