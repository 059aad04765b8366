// The child writes its answer into a pipe; its death closes the pipe.
#include "nodeagent/probe/in_child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

namespace onenode::probe {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void answer_and_end(const std::function<std::string()>& question, int write_end)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::string text = question();
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto written = ::write(write_end, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) ::_exit(1);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    ::_exit(0);  // libraries' exit handlers belong to the parent
}

}  // namespace

ChildQuestion::ChildQuestion(const std::function<std::string()>& question)
{
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        failed_with_ = errno;
        return;
    }
    pid_ = ::fork();
    if (pid_ == 0) answer_and_end(question, ends[1]);
    failed_with_ = pid_ < 0 ? errno : 0;
    read_end_ = ends[0];
    ::close(ends[1]);
}

ChildQuestion::~ChildQuestion()
{
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, WNOHANG);  // one in an uninterruptible wait is left to init
    }
    if (read_end_ >= 0) ::close(read_end_);
}

one::Result<std::string> ChildQuestion::answer(Clock::time_point deadline)
{
    if (failed_with_ != 0) return one::fail(one::error_from_errno(failed_with_, "a child process"));
    std::string text;
    std::array<char, 16384> buffer;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd watched{read_end_, POLLIN, 0};
        const int ready = ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000)));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return one::fail({.kind = one::ErrorKind::timeout, .reason = "it did not answer in time"});
        const auto count = ::read(read_end_, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace onenode::probe
