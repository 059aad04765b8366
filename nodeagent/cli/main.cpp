// onenode: holds the world, hands it to the verb.
#include "common/cli/lost_output.hpp"
#include "common/core_dump.hpp"
#include "common/log.hpp"
#include "common/shortage.hpp"
#include "common/text/number.hpp"
#include "nodeagent/cli/parse.hpp"
#include "nodeagent/cli/run.hpp"
#include "nodeagent/cli/secret_input.hpp"
#include "nodeagent/cli/verbs.hpp"
#include "nodeagent/host/real_host.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using onenode::Exit;

enum class Result { is_the_output, is_on_the_machine };

// Nobody else knows that what a verb had to tell did not get there.
int ended(onenode::Terminal& terminal, Exit exit, Result result)
{
    const auto lost = one::lost_output(terminal.lost());
    if (!lost) return static_cast<int>(exit);
    std::fprintf(stderr, "onenode: %s\n", one::to_text(*lost).c_str());
    return static_cast<int>(result == Result::is_the_output ? std::max(exit, Exit::failed) : exit);
}

int usage(const onenode::cli::NoCommand& instead, const std::vector<std::string>& arguments)
{
    onenode::Terminal terminal{{.json = instead.exit != Exit::ok && onenode::cli::asks_for_json(arguments)},
                               onenode::Color::no,
                               stdout,
                               stderr};
    if (instead.exit == Exit::ok)
        terminal.tell("help", instead.text, {});
    else
        std::fputs(instead.text.c_str(), stderr);
    if (terminal.json()) terminal.fail(onenode::cli::verb_in(arguments), instead.error, {}, instead.exit);
    return ended(terminal, instead.exit, Result::is_the_output);
}

onenode::Color color_for(const onenode::OutputOptions& output)
{
    const bool wanted =
        !output.no_color && !output.json && ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    return wanted ? onenode::Color::yes : onenode::Color::no;
}

void start_log(const onenode::CommandLine& line)
{
    using one::log::Level;
    const bool daemon = line.verb == onenode::Verb::agent;
    one::log::start({.form = one::log::form_for_standard_error(),
                     .level = line.output.verbose ? Level::debug
                              : daemon            ? Level::info
                                                  : Level::warning});
}

std::string variable(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

/// sd_watchdog_enabled(3).
std::chrono::milliseconds watchdog()
{
    const auto pid = variable("WATCHDOG_PID");
    if (!pid.empty() && pid != std::to_string(::getpid())) return {};
    const auto microseconds = one::to_number<std::int64_t>(variable("WATCHDOG_USEC")).value_or(0);
    return std::chrono::milliseconds{std::max<std::int64_t>(microseconds, 0) / 1000};
}

int run(const std::vector<std::string>& arguments)
{
    auto token = onenode::cli::take_token_from_environment();
    const auto line = onenode::cli::parse(arguments);
    if (!line) return usage(line.error(), arguments);
    onenode::Terminal terminal{line->output, color_for(line->output), stdout, stderr};
    if (line->verb == onenode::Verb::version)
        return ended(terminal, onenode::cli::version(terminal), Result::is_the_output);
    start_log(*line);
    onenode::RealHost host{line->root};
    onenode::Network network{std::make_unique<onenode::RealMonitoringPath>(), onenode::Signals::watch};
    onenode::cli::World world{.host = &host,
                              .terminal = &terminal,
                              .network = &network,
                              .token_from_environment = std::move(token),
                              .notify_socket = variable("NOTIFY_SOCKET"),
                              .watchdog = watchdog(),
                              .on_terminal = ::isatty(STDOUT_FILENO) == 1,
                              .steps = onenode::steps::all(),
                              .preflight = onenode::checks::preflight(),
                              .after_apply = onenode::checks::after_apply(),
                              .doctor = onenode::checks::doctor()};
    const Exit exit = onenode::cli::run(*line, world);
    return ended(terminal, exit, onenode::cli::only_tells(*line) ? Result::is_the_output : Result::is_on_the_machine);
}

// Expected failures are values: what was thrown is that we ran short of something, or our mistake.
one::Error explained(const std::exception& thrown)
{
    if (auto lacking = one::shortage_in(thrown)) return *std::move(lacking);
    return {.reason = fmt::format("a mistake of ours: {}", thrown.what()),
            .next = "report it with what you did; nothing is lost: run the same command again"};
}

// Memory may be what lacks: what was in use is free again by now, and nothing more is tried than to say so.
int report(const std::exception& thrown, const std::vector<std::string>& arguments)
try {
    const bool json = onenode::cli::asks_for_json(arguments);
    onenode::Terminal terminal{{.json = json}, onenode::Color::no, stdout, stderr};
    terminal.fail(onenode::cli::verb_in(arguments), explained(thrown), {}, Exit::failed);
    return ended(terminal, Exit::failed, Result::is_on_the_machine);
} catch (const std::exception&) {
    std::fputs("onenode: there is not enough memory\n", stderr);
    return static_cast<int>(Exit::failed);
}

}  // namespace

int main(int argc, char** argv)
try {
    one::forbid_core_dumps();
    one::keep_standard_streams();
    ::umask(022);                   // what we are started with must not decide who may read what our tools write
    std::signal(SIGPIPE, SIG_IGN);  // who stops reading does not stop us in the middle; children get the default back
    const std::vector<std::string> arguments{argv + 1, argv + argc};
    try {
        return run(arguments);
    } catch (const std::exception& thrown) {
        return report(thrown, arguments);
    }
} catch (const std::exception&) {
    std::fputs("onenode: there is not enough memory to begin\n", stderr);
    return static_cast<int>(Exit::failed);
}
