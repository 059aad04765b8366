// A pidfd of each, all of them in one epoll, which the loop waits on.
#include "nodeagent/watch/processes.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace onenode {
namespace {

constexpr int none = 0;  // no process has this number

bool include(int all, int descriptor, int pid)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = pid;
    return ::epoll_ctl(all, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

}  // namespace

Result<std::unique_ptr<Processes>> Processes::open(const one::asio::any_io_executor& executor)
{
    one::Fd all{::epoll_create1(EPOLL_CLOEXEC)};
    one::Fd missed{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!all.open() || !missed.open() || !include(all.get(), missed.get(), none)) {
        auto error = one::error_from_errno(errno, "processes of this machine");
        error.doing = "watch";
        return one::fail(std::move(error));
    }
    return std::unique_ptr<Processes>{new Processes{Descriptor{executor, all.release()}, std::move(missed)}};
}

void Processes::add(int pid)
{
    one::Fd process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    if (!process.open()) {
        if (errno == ESRCH) ::eventfd_write(missed_.get(), 1);  // another reason, an old kernel: nothing is noticed
        return;
    }
    if (include(all_.native_handle(), process.get(), pid)) each_.insert_or_assign(pid, std::move(process));
}

void Processes::watch(const std::vector<int>& pids)
{
    std::erase_if(each_, [&pids](const auto& known) {  // closed: epoll forgets it
        return std::ranges::find(pids, known.first) == pids.end();
    });
    for (const int pid : pids)
        if (pid > 0 && !each_.contains(pid)) add(pid);
}

bool Processes::one_ended()
{
    bool ended = false;
    std::array<epoll_event, 16> events{};
    const int count = ::epoll_wait(all_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
        const int pid = events.at(static_cast<std::size_t>(i)).data.fd;
        eventfd_t ignored = 0;
        if (pid == none) ::eventfd_read(missed_.get(), &ignored);
        each_.erase(pid);
        ended = true;
    }
    return ended;
}

Async<Woken> Processes::changed(std::optional<std::chrono::milliseconds> limit)
{
    std::optional<std::chrono::steady_clock::time_point> end;
    if (limit) end = std::chrono::steady_clock::now() + *limit;
    for (;;) {
        if (one_ended()) co_return Woken::changed;
        const Woken woken = co_await until_readable(all_, end);
        if (woken != Woken::changed) co_return woken;
    }
}

}  // namespace onenode
