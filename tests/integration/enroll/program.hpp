// A program under test: started, watched through what it writes, killed by its id.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace onefrontend::test {

class Program {
public:
    /// Standard output and error go to the log file.
    Program(std::vector<std::string> argv, std::string log_file);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// What follows `mark` in the log, up to the next quote, blank or line end; empty when it did not come in time.
    [[nodiscard]] std::string wait_for(const std::string& mark) const;
    void kill(int signal);
    /// Exit code, 128 + n for signal n.
    int wait();
    [[nodiscard]] std::string log() const;

private:
    pid_t id_ = -1;
    std::string log_file_;
};

}  // namespace onefrontend::test
