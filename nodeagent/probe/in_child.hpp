// A question that may hang for ever is asked in a child: we wait as long as we said and not longer.
#pragma once

#include "common/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>

namespace onenode::probe {

class ChildQuestion {
public:
    /// Starts at once; several may run beside each other.
    explicit ChildQuestion(const std::function<std::string()>& question);
    ~ChildQuestion();
    ChildQuestion(const ChildQuestion&) = delete;
    ChildQuestion& operator=(const ChildQuestion&) = delete;

    /// What it returned; kind timeout where it had not by then. It is killed either way.
    one::Result<std::string> answer(std::chrono::steady_clock::time_point deadline);

private:
    pid_t pid_ = -1;
    int read_end_ = -1;
    int failed_with_ = 0;
};

}  // namespace onenode::probe
