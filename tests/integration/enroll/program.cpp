#include "tests/integration/enroll/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace onefrontend::test {

Program::Program(std::vector<std::string> argv, std::string log_file) : log_file_(std::move(log_file))
{
    std::vector<char*> words;
    for (auto& word : argv)
        words.push_back(word.data());
    words.push_back(nullptr);
    // Before the fork: whoever waits for a line must not see those of the program that used the file before.
    const int log = ::open(log_file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    id_ = ::fork();
    if (id_ != 0) {
        ::close(log);
        return;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::close_range(STDERR_FILENO + 1, ~0U, 0);  // the test's sockets are not the program's
    ::execv(words[0], words.data());
    ::_exit(127);
}

Program::~Program()
{
    if (id_ <= 0) return;
    kill(SIGKILL);
    wait();
}

std::string Program::log() const
{
    std::ostringstream text;
    text << std::ifstream{log_file_}.rdbuf();
    return text.str();
}

std::string Program::wait_for(const std::string& mark) const
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (std::chrono::steady_clock::now() < deadline) {
        const auto text = log();
        const auto found = text.find(mark);
        if (found != std::string::npos && text.find('\n', found) != std::string::npos) {
            const auto from = found + mark.size();
            return text.substr(from, text.find_first_of("\" \n", from) - from);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{5});  // looks again until the deadline
    }
    return {};
}

void Program::kill(int signal)
{
    if (id_ > 0) ::kill(id_, signal);
}

int Program::wait()
{
    int status = 0;
    if (id_ <= 0 || ::waitpid(id_, &status, 0) != id_) return -1;
    id_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace onefrontend::test
