// The eye for processes that should not end, by pidfd_open(2): it opens when one of them does.
#pragma once

#include "common/fd.hpp"
#include "nodeagent/watch/readable.hpp"

#include <map>
#include <memory>
#include <vector>

namespace onenode {

class ProcessEye : public Eye {
public:
    /// These from now on.
    virtual void watch(const std::vector<int>& pids) = 0;
};

class Processes : public ProcessEye {
public:
    static Result<std::unique_ptr<Processes>> open(const one::asio::any_io_executor& executor);

    void watch(const std::vector<int>& pids) override;
    Async<Woken> changed(std::optional<std::chrono::milliseconds> limit) override;

private:
    Processes(Descriptor all, one::Fd missed) : all_(std::move(all)), missed_(std::move(missed)) {}
    void add(int pid);
    bool one_ended();

    Descriptor all_;  // an epoll(7) of the others
    std::map<int, one::Fd> each_{};
    one::Fd
        missed_;  // an eventfd(2) among them: one was gone before it could be watched, and somebody may wait already
};

}  // namespace onenode
