// A descriptor of O_PATH is neither read nor written, and "/" is there in every chroot.
#include "common/cli/lost_output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace one {

void keep_standard_streams()
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(stream, F_GETFD) < 0 && errno == EBADF)
            ::open("/", O_PATH | O_CLOEXEC);  // gets the lowest number that is free: this one
}

std::optional<Error> lost_output(int number)
{
    if (number == 0 || number == EPIPE) return std::nullopt;
    Error error = error_from_errno(number, "standard output");
    error.doing = "write to";
    if (number == EBADF) error.reason = "it is closed";
    error.next = "run the same command again, with its output to a place that takes it";
    return error;
}

}  // namespace one
