// onenode: holds the world, hands it to the verb.
#include "common/core_dump.hpp"
#include "common/log.hpp"
#include "common/text/number.hpp"
#include "nodeagent/cli/parse.hpp"
#include "nodeagent/cli/run.hpp"
#include "nodeagent/cli/secret_input.hpp"
#include "nodeagent/cli/verbs.hpp"
#include "nodeagent/host/real_host.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/steps/steps.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

namespace {

using onenode::Exit;

int usage(const onenode::cli::NoCommand& instead)
{
    std::fputs(instead.text.c_str(), instead.exit == Exit::ok ? stdout : stderr);
    return static_cast<int>(instead.exit);
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

}  // namespace

int main(int argc, char** argv)
try {
    one::forbid_core_dumps();
    ::umask(022);                   // what we are started with must not decide who may read what our tools write
    std::signal(SIGPIPE, SIG_IGN);  // who stops reading does not stop us in the middle; children get the default back
    auto token = onenode::cli::take_token_from_environment();
    const auto line = onenode::cli::parse({argv + 1, argv + argc});
    if (!line) return usage(line.error());
    onenode::Terminal terminal{line->output, color_for(line->output), stdout, stderr};
    if (line->verb == onenode::Verb::version) return static_cast<int>(onenode::cli::version(terminal));
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
    return static_cast<int>(onenode::cli::run(*line, world));
} catch (const std::exception& bug) {  // expected failures are values: what arrives here is our mistake
    std::fprintf(stderr,
                 "onenode: a mistake of ours: %s\nPlease report it with what you did; nothing is lost: run the same "
                 "command again.\n",
                 bug.what());
    return static_cast<int>(Exit::failed);
}
