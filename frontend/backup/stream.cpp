// write and read until all of it is done.
#include "frontend/backup/stream.hpp"

#include <unistd.h>

#include <cerrno>

namespace onefrontend::backup {
namespace {

one::Failure failed(std::string_view doing, const std::string& name)
{
    auto error = one::error_from_errno(errno, name);
    error.doing = doing;
    return one::fail(std::move(error));
}

}  // namespace

Write to_descriptor(int descriptor, std::string name)
{
    return [descriptor, name = std::move(name)](std::string_view bytes) -> one::Result<> {
        while (!bytes.empty()) {
            const auto done = ::write(descriptor, bytes.data(), bytes.size());
            if (done < 0 && errno == EINTR) continue;
            if (done < 0) return failed("write", name);
            bytes.remove_prefix(static_cast<std::size_t>(done));
        }
        return {};
    };
}

Read from_descriptor(int descriptor, std::string name)
{
    return [descriptor, name = std::move(name)](std::span<char> room) -> one::Result<std::size_t> {
        for (;;) {
            const auto done = ::read(descriptor, room.data(), room.size());
            if (done < 0 && errno == EINTR) continue;
            if (done < 0) return failed("read", name);
            return static_cast<std::size_t>(done);
        }
    };
}

one::Result<std::size_t> read_full(const Read& read, std::span<char> room)
{
    std::size_t got = 0;
    while (got < room.size()) {
        TRY_LET(const auto more, read(room.subspan(got)));
        if (more == 0) break;
        got += more;
    }
    return got;
}

}  // namespace onefrontend::backup
