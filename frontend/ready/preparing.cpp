// Asks the kernel who holds the lock, and for that process's name.
#include "frontend/ready/preparing.hpp"

#include "common/fd.hpp"

#include <fmt/format.h>

#include <fcntl.h>

#include <fstream>

namespace onefrontend {

bool is_preparing(const std::string& lock)
{
    const one::Fd file{::open(lock.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (!file.open() || ::fcntl(file.get(), F_GETLK, &whole) != 0 || whole.l_type == F_UNLCK) return false;
    if (whole.l_pid <= 0) return true;  // outside of this container: ours waits for it
    std::ifstream name{fmt::format("/proc/{}/comm", whole.l_pid)};
    std::string word;
    name >> word;
    return word == "onefrontend";
}

}  // namespace onefrontend
