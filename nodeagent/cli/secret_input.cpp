// Reading what a person types, seen and unseen.
#include "nodeagent/cli/secret_input.hpp"

#include "common/fd.hpp"
#include "common/text/printable.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace onenode::cli {
namespace {

constexpr const char* variable = "ONENODE_TOKEN";
constexpr std::size_t largest = 64 * 1024;

one::Fd open_file(const char* path, int flags)
{
    return one::Fd{::open(path, flags | O_CLOEXEC)};
}

class WithoutEcho {
public:
    explicit WithoutEcho(int terminal) : terminal_(terminal), known_(::tcgetattr(terminal, &before_) == 0)
    {
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (known_) ::tcsetattr(terminal_, TCSAFLUSH, &quiet);
    }
    ~WithoutEcho()
    {
        if (known_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
    WithoutEcho(const WithoutEcho&) = delete;
    WithoutEcho& operator=(const WithoutEcho&) = delete;

private:
    int terminal_;
    termios before_{};
    bool known_;
};

/// As long as it lives, signals wait for `readable`: one that came between a question and a plain read would be missed.
class SignalsWait {
public:
    SignalsWait()
    {
        sigset_t those;
        ::sigemptyset(&those);
        for (const int number : {SIGINT, SIGTERM, SIGHUP})
            ::sigaddset(&those, number);
        ::pthread_sigmask(SIG_BLOCK, &those, &before_);
    }
    ~SignalsWait() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsWait(const SignalsWait&) = delete;
    SignalsWait& operator=(const SignalsWait&) = delete;

    /// False where a signal came first.
    [[nodiscard]] bool readable(int file) const
    {
        pollfd wanted{.fd = file, .events = POLLIN, .revents = 0};
        return ::ppoll(&wanted, 1, nullptr, &before_) > 0;
    }

private:
    sigset_t before_{};
};

one::Failure interrupted(const std::string& name)
{
    return one::fail({.kind = one::ErrorKind::interrupted,
                      .thing = name,
                      .reason = "interrupted",
                      .next = "run the same command again",
                      .doing = "read"});
}

constexpr int silence_ms = 1000;

// A pipe may have nobody yet who writes into it: that is no reason to stop, and no reason to be silent. False where a
// signal came first.
bool wait_for_input(int file, const std::string& name)
{
    pollfd wanted{.fd = file, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&wanted, 1, silence_ms);
    if (ready != 0) return ready > 0;
    std::fputs(fmt::format("onenode: waiting for somebody to write into {}\n", one::printable(name)).c_str(), stderr);
    return ::poll(&wanted, 1, -1) > 0;
}

one::Result<std::string> read_all(int file, const std::string& name, bool one_line)
{
    std::string text;
    text.reserve(largest);  // a reallocation would leave a piece of a secret behind
    std::array<char, 4096> buffer;
    for (;;) {
        if (!one_line && !wait_for_input(file, name)) return interrupted(name);
        const auto count = ::read(file, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) return interrupted(name);
        if (count < 0 && errno == EAGAIN) continue;
        if (count < 0) return one::fail(one::error_from_errno(errno, name));
        if (count == 0) break;
        if (text.size() + static_cast<std::size_t>(count) > largest)
            return one::fail(
                {.kind = one::ErrorKind::invalid,
                 .thing = name,
                 .reason = fmt::format("it is larger than {} KiB, and so not what is wanted here", largest / 1024),
                 .next = "give the file with the token or the settings itself",
                 .doing = "read"});
        text.append(buffer.data(), static_cast<std::size_t>(count));
        if (one_line && text.find('\n') != std::string::npos) break;
    }
    OPENSSL_cleanse(buffer.data(), buffer.size());
    return text;
}

/// One line, as a terminal gives it.
one::Result<std::string> read_answer(int terminal, const SignalsWait& signals)
{
    if (!signals.readable(terminal)) return interrupted("the terminal");
    return read_all(terminal, "the terminal", true);
}

}  // namespace

one::Secret take_token_from_environment()
{
    char* value = std::getenv(variable);
    if (value == nullptr) return {};
    one::Secret token{std::string_view{value}};
    OPENSSL_cleanse(value, std::strlen(value));  // /proc/PID/environ shows this very memory
    ::unsetenv(variable);
    return token;
}

one::Result<std::string> read_input_file(const std::string& path)
{
    const bool piped = path == "-";
    const auto with_next = [&](one::Error error) {
        if (error.next.empty() && error.kind != one::ErrorKind::interrupted)
            error.next = piped ? "give what is wanted, and no more, on standard input"
                               : fmt::format("see what is there: ls -l {}; - reads standard input", path);
        return error;
    };
    const one::Fd file = piped ? one::Fd{} : open_file(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    one::Result<std::string> text = piped         ? read_all(STDIN_FILENO, "standard input", false)
                                    : file.open() ? read_all(file.get(), path, false)
                                                  : one::fail(one::error_from_errno(errno, path));
    return std::move(text).map_error(one::while_doing("read")).map_error(with_next);
}

one::Result<one::Secret> ask_for_secret(std::string_view prompt)
{
    const one::Fd terminal = open_file("/dev/tty", O_RDWR | O_NOCTTY);
    if (!terminal.open() || ::isatty(STDIN_FILENO) == 0)
        return one::fail(
            {.kind = one::ErrorKind::unsupported,
             .thing = "the join token",
             .reason = "there is no terminal to ask at",
             .next = "give it by --token-file FILE, by --token-file - on standard input, or in ONENODE_TOKEN",
             .doing = "ask for"});
    const SignalsWait signals;
    const WithoutEcho quiet{terminal.get()};  // before the prompt: who answers it at once is not seen, either
    [[maybe_unused]] auto written = ::write(terminal.get(), prompt.data(), prompt.size());
    TRY_LET(std::string text, read_answer(terminal.get(), signals));
    written = ::write(terminal.get(), "\n", 1);
    return one::Secret{std::move(text)};
}

bool has_terminal()
{
    return ::isatty(STDIN_FILENO) == 1 && open_file("/dev/tty", O_RDWR | O_NOCTTY).open();
}

one::Result<bool> ask_yes_or_no(std::string_view question)
{
    const one::Fd terminal = open_file("/dev/tty", O_RDWR | O_NOCTTY);
    if (!terminal.open() || ::isatty(STDIN_FILENO) == 0)
        return one::fail({.kind = one::ErrorKind::unsupported,
                          .thing = "whether the front-end's fingerprint is right",
                          .reason = "there is no terminal to ask at",
                          .next = "give it by --fingerprint, or join with a token",
                          .doing = "ask"});
    const SignalsWait signals;
    while (true) {
        [[maybe_unused]] const auto written = ::write(terminal.get(), question.data(), question.size());
        TRY_LET(const std::string text, read_answer(terminal.get(), signals));
        const auto answer = one::trim(text);
        if (answer == "yes") return true;
        if (answer == "no" || text.empty()) return false;  // empty: the terminal is gone
        question = "Please answer yes or no: ";
    }
}

bool looks_like_token(std::string_view word)
{
    return word.find("ont1.") != std::string_view::npos;
}

}  // namespace onenode::cli
