// Runs a child to its end or its limit: one poll loop reads both streams, the whole process group is killed when time
// is up.
#include "common/command.hpp"

#include "common/command_child.hpp"
#include "common/fd.hpp"
#include "common/patient_command.hpp"
#include "common/text/words.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>
#include <thread>

namespace one {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds patience_after_sigterm{300};
constexpr milliseconds patience_after_sigkill{1000};  // a child in an uninterruptible wait is left behind, we are not
constexpr milliseconds patience_after_exit{200};      // a daemon it started may hold its streams open for ever
constexpr milliseconds poll_without_pidfd{10};
constexpr milliseconds poll_of_group{50};

// A descriptor of 0, 1 or 2 (ours were closed) would be overwritten when the child arranges its own.
Fd above_standard(Fd fd)
{
    if (!fd.open() || fd.get() > 2) return fd;
    return Fd{::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3)};
}

struct Pipe {
    Fd read{};
    Fd write{};
};

Result<Pipe> make_pipe()
{
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(error_from_errno(errno, "a pipe"));
    Pipe pipe{above_standard(Fd{ends[0]}), above_standard(Fd{ends[1]})};
    ::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK);
    return pipe;
}

// A file in memory instead of a pipe: it takes any input at once, so nothing can block and no SIGPIPE can come.
Result<Fd> input_of(const Command& command)
{
    if (command.input.empty()) {
        Fd null = above_standard(Fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)});
        if (!null.open()) return fail(error_from_errno(errno, "/dev/null"));
        return null;
    }
    Fd file = above_standard(Fd{::memfd_create("input", MFD_CLOEXEC)});
    if (!file.open()) return fail(error_from_errno(errno, "memory for a command's input"));
    std::string_view rest = command.input;
    while (!rest.empty()) {
        const auto written = ::write(file.get(), rest.data(), rest.size());
        if (written < 0) return fail(error_from_errno(errno, "memory for a command's input"));
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

// Instead of a pipe, too: who outlives us must find somebody to write to.
Result<Pipe> make_file()
{
    Pipe pipe{.write = above_standard(Fd{::memfd_create("output", MFD_CLOEXEC)})};
    if (!pipe.write.open()) return fail(error_from_errno(errno, "memory for a command's output"));
    return pipe;
}

std::string read_back(const Fd& file, std::size_t limit)
{
    std::string text(limit, '\0');
    const auto size = ::pread(file.get(), text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}

// A share of what there is: a child that never pauses must not keep us from looking at the time.
void read_into(Fd& fd, std::string& text, std::size_t limit)
{
    std::array<char, 16384> buffer;
    for (int left = 16; left > 0; --left) {
        const auto count = ::read(fd.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) return fd.close();
        text.append(buffer.data(), std::min(static_cast<std::size_t>(count), limit - std::min(limit, text.size())));
    }
}

// Signals that somebody here has a handler for wait while one of these lives, and are seen by a poll; the handler is
// called at its end. What nobody handles ends us at once, as ever.
class HeldSignals {
public:
    HeldSignals()
    {
        sigset_t held;
        ::sigemptyset(&held);
        for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
            struct sigaction action {};
            const bool known = ::sigaction(number, nullptr, &action) == 0;
            if (known && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) ::sigaddset(&held, number);
        }
        ::pthread_sigmask(SIG_BLOCK, &held, &before_);
        seen_ = Fd{::signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK)};
    }
    ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

    [[nodiscard]] int seen() const { return seen_.get(); }

private:
    sigset_t before_{};
    Fd seen_{};
};

struct Child {
    pid_t pid = -1;
    Fd pidfd{};
    Fd out{};
    Fd err{};
    Fd report{};
    int held_signals = -1;  // to be told of them; -1: not
    bool interrupted = false;
    bool ended = false;
    bool lost = false;  // somebody else reaped it
    int status = 0;
};

void reap(Child& child)
{
    if (child.ended) return;
    const pid_t got = ::waitpid(child.pid, &child.status, WNOHANG);
    child.lost = got < 0 && errno == ECHILD;
    child.ended = got == child.pid || child.lost;
}

void signal_group(const Child& child, int number)
{
    if (child.ended) return;  // the number may belong to somebody else by now
    if (::kill(-child.pid, number) != 0) ::kill(child.pid, number);
}

// Reads until the child ended and its streams are closed, at most until `end`. False: time is up, or a signal came.
bool follow(Child& child, CommandOutput& output, std::string& report, std::size_t limit, Clock::time_point end)
{
    for (;;) {
        if (child.ended && !child.out.open() && !child.err.open()) return true;
        const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
        if (left <= milliseconds{0}) return false;
        const bool watch = child.pidfd.open() && !child.ended;
        std::array<pollfd, 5> watched{pollfd{child.out.get(), POLLIN, 0}, pollfd{child.err.get(), POLLIN, 0},
                                      pollfd{child.report.get(), POLLIN, 0},
                                      pollfd{watch ? child.pidfd.get() : -1, POLLIN, 0},
                                      pollfd{child.held_signals, POLLIN, 0}};
        const auto wait = child.pidfd.open() ? left : std::min(left, poll_without_pidfd);
        ::poll(watched.data(), watched.size(), static_cast<int>(std::min<std::int64_t>(wait.count(), 60'000)));

        if (child.out.open()) read_into(child.out, output.out, limit);
        if (child.err.open()) read_into(child.err, output.err, limit);
        if (child.report.open()) read_into(child.report, report, sizeof(ChildFailure));
        if (!child.ended) {
            reap(child);
            if (child.ended) end = std::min(end, Clock::now() + patience_after_exit);
        }
        child.interrupted = !child.ended && (watched.back().revents & POLLIN) != 0;
        if (child.interrupted) return false;
    }
}

void stop(Child& child, CommandOutput& output, std::string& report, std::size_t limit)
{
    signal_group(child, SIGTERM);
    follow(child, output, report, limit, Clock::now() + patience_after_sigterm);
    if (!child.ended) {
        signal_group(child, SIGKILL);
        follow(child, output, report, limit, Clock::now() + patience_after_sigkill);
    } else {
        ::kill(-child.pid, SIGKILL);  // what the program left behind in its group
    }
}

void ask_to_end(Child& child, CommandOutput& output, std::string& report, std::size_t limit, milliseconds patience)
{
    const auto end = Clock::now() + patience;
    child.held_signals = -1;
    ::kill(child.pid, SIGTERM);
    follow(child, output, report, limit, end);
    while (Clock::now() < end && ::kill(-child.pid, 0) == 0)
        std::this_thread::sleep_for(poll_of_group);
    ::kill(-child.pid, SIGKILL);
    follow(child, output, report, limit, Clock::now() + patience_after_sigkill);
}

Error could_not_start(const ChildFailure& failure, const Command& command, const ChildPlan& plan)
{
    Error error = error_from_errno(failure.number, plan.program);
    error.doing = "run";
    switch (failure.stage) {
    case ChildStage::groups:
    case ChildStage::user:
        error.thing = command.argv.front() + " as " + command.user;
        error.next = "run this as root";
        break;
    case ChildStage::directory: error.thing = command.argv.front() + " in " + plan.directory; break;
    case ChildStage::exec:
        if (error.kind == ErrorKind::denied) error.next = "ls -l " + plan.program;
        if (error.kind == ErrorKind::not_found) error.next = "install the package that brings it";
        break;
    }
    return error;
}

Error took_too_long(const Command& command)
{
    const auto shell = to_shell(command.argv);
    const double seconds = static_cast<double>(command.limit.count()) / 1000.0;
    std::string text = std::to_string(seconds);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return {.kind = ErrorKind::timeout,
            .thing = command.argv.front(),
            .reason = "it did not end within " + text + " s and was killed",
            .next = "run it by hand to see where it hangs: " + shell,
            .doing = "run"};
}

Error was_interrupted(const Command& command)
{
    return {.kind = ErrorKind::interrupted,
            .thing = command.argv.front(),
            .reason = "interrupted",
            .next = "run the same command again to go on",
            .doing = "run"};
}

Result<CommandOutput> run(const Command& command, std::optional<milliseconds> patience, Streams streams)
{
    const auto end = Clock::now() + command.limit;
    TRY_LET(ChildPlan plan, plan_child(command));
    plan.outlives_us = patience.has_value();
    TRY_LET(Fd in, input_of(command));
    const bool to_files = streams == Streams::files;
    TRY_LET(Pipe out, to_files ? make_file() : make_pipe());
    TRY_LET(Pipe err, to_files ? make_file() : make_pipe());
    TRY_LET(Pipe report, make_pipe());
    plan.in = in.get();
    plan.out = out.write.get();
    plan.err = err.write.get();
    plan.report = report.write.get();

    // No handler of ours may run in the child before it has reset them.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    Child child;
    child.pid = ::fork();
    if (child.pid == 0) become_child(plan);
    const int number = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (child.pid < 0) return fail(error_from_errno(number, command.argv.front()));

#ifdef SYS_pidfd_open
    child.pidfd = Fd{static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0))};
#endif
    child.out = std::move(out.read);
    child.err = std::move(err.read);
    child.report = std::move(report.read);
    if (!to_files) {
        out.write.close();
        err.write.close();
    }
    report.write.close();
    in.close();

    CommandOutput output;
    std::string failure;
    std::optional<HeldSignals> held;
    if (patience) child.held_signals = held.emplace().seen();
    follow(child, output, failure, command.output_limit, end);
    const bool interrupted = child.interrupted;
    const bool too_long = !child.ended;
    if (too_long && patience) ask_to_end(child, output, failure, command.output_limit, *patience);
    if (too_long && !patience) stop(child, output, failure, command.output_limit);
    if (to_files) {
        output.out = read_back(out.write, command.output_limit);
        output.err = read_back(err.write, command.output_limit);
    }

    if (failure.size() == sizeof(ChildFailure)) {
        ChildFailure read;
        std::copy_n(failure.data(), sizeof read, reinterpret_cast<char*>(&read));
        return fail(could_not_start(read, command, plan));
    }
    if (interrupted) return fail(was_interrupted(command));
    if (too_long) return fail(took_too_long(command));
    if (child.lost)
        return fail({.thing = command.argv.front(),
                     .reason = "its exit code was lost: SIGCHLD is ignored here",
                     .next = "run the same command again from a shell that does not ignore it (trap - CHLD)",
                     .doing = "run"});
    output.exit_code = WIFSIGNALED(child.status) ? 128 + WTERMSIG(child.status) : WEXITSTATUS(child.status);
    return output;
}

}  // namespace

Result<CommandOutput> run_command(const Command& command)
{
    return run(command, std::nullopt, Streams::pipes);
}

Result<CommandOutput> run_patiently(const Command& command, milliseconds patience, Streams streams)
{
    return run(command, patience, streams);
}

std::string complaint_of(const CommandOutput& output)
{
    for (const std::string_view said : {trim(output.err), trim(output.out)})
        if (!said.empty()) return std::string{trim(said.substr(0, said.find('\n')))};
    return fmt::format("it ended with {}", output.exit_code);
}

std::string to_shell(const std::vector<std::string>& argv)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
    std::string line;
    for (const auto& word : argv) {
        if (!line.empty()) line += ' ';
        if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
            line += word;
            continue;
        }
        line += '\'';
        for (const char letter : word) {
            if (letter == '\'')
                line += "'\\''";
            else
                line += letter;
        }
        line += '\'';
    }
    return line;
}

}  // namespace one
