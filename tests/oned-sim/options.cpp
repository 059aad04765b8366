// The command line by CLI11.
#include "tests/oned-sim/options.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace onedsim {
namespace {

constexpr const char* override_directory = "/usr/lib/one/sh/override";

/// oned's environment: its ssh is a wrapper of OpenNebula's own where that is installed.
std::vector<std::pair<std::string, std::string>> environment_of_oned()
{
    std::vector<std::pair<std::string, std::string>> environment;
    const auto* path = std::getenv("PATH");
    std::string search = path ? path : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    if (std::filesystem::exists(override_directory) && !search.starts_with(override_directory))
        search = std::string{override_directory} + ":" + search;
    environment.emplace_back("PATH", search);
    for (const auto* name : {"HOME", "SSH_AUTH_SOCK", "SSH_OPT_CONTROL_MASTER"})
        if (const auto* value = std::getenv(name)) environment.emplace_back(name, value);
    return environment;
}

std::chrono::milliseconds seconds(double value)
{
    return std::chrono::milliseconds{std::llround(value * 1000)};
}

NewUser user_of(const std::string& text)
{
    NewUser user;
    const auto colon = text.find(':');
    user.name = text.substr(0, colon);
    if (colon != std::string::npos) user.password = text.substr(colon + 1);
    if (const auto second = user.password.find(':'); second != std::string::npos) {
        user.group = user.password.substr(second + 1);
        user.password.resize(second);
    }
    return user;
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv)
{
    Options options;
    options.driver.environment = environment_of_oned();
    CLI::App app{"a stand-in for OpenNebula's front-end, for tests and the demo only"};
    const auto time = [&](const char* name, std::chrono::milliseconds& into, const char* text) {
        app.add_option_function<double>(
               name, [&into](double value) { into = seconds(value); }, text)
            ->check(CLI::PositiveNumber);
    };
    auto& periods = options.monitor.periods;

    app.add_option("--listen", options.listen, "address of the API")->capture_default_str();
    app.add_option("--port", options.port, "port of the API; 0: any")->capture_default_str();
    app.add_option("--auth", options.auth_file, "one_auth, \"oneadmin:PASSWORD\"")
        ->required()
        ->check(CLI::ExistingFile);
    app.add_option_function<std::vector<std::string>>(
        "--user",
        [&](const std::vector<std::string>& texts) {
            for (const auto& text : texts)
                options.users.push_back(user_of(text));
        },
        "another user, NAME:PASSWORD[:GROUP]");
    app.add_option("--log-dir", options.log_directory, "where monitor.log and oned.log go; none: nowhere");
    app.add_option("--state", options.state_directory, "where the objects survive a restart");
    app.add_option("--hostname", options.hostname, "this front-end's name in the zone's endpoint");
    app.add_option("--version", options.version, "that it says it is of")->capture_default_str();
    app.add_option("--control", options.control_path, "Unix socket that takes faults, one JSON object a line");
    app.add_option("--remotes", options.driver.remotes, "directory that nodes get as /var/tmp/one")
        ->capture_default_str();
    app.add_option("--remote-dir", options.driver.target, "where on a node it goes")->capture_default_str();

    app.add_option("--monitor-listen", options.monitor.address, "address of port 4124")->capture_default_str();
    app.add_option("--monitor-address", options.monitor.monitor_address, "address that nodes report to")
        ->capture_default_str();
    app.add_option("--monitor-port", options.monitor.port, "UDP and TCP; 0: any")->capture_default_str();
    time("--monitoring-interval", options.monitor.interval, "seconds of silence until a host is started again (180)");
    time("--manager-timer", options.monitor.timer, "seconds between two looks at that (15)");
    time("--start-expires", options.monitor.start_expires,
         "seconds until a start without an answer is made again (300)");
    time("--ssh-limit", options.driver.limit, "seconds that a client's start may take (90)");
    app.add_option("--ssh-retries", options.driver.retries, "more tries of a failed start")->capture_default_str();
    app.add_option("--beacon-period", periods.beacon_host, "seconds, as the following")->capture_default_str();
    app.add_option("--system-period", periods.system_host)->capture_default_str();
    app.add_option("--host-period", periods.monitor_host)->capture_default_str();
    app.add_option("--state-period", periods.state_vm)->capture_default_str();
    app.add_option("--exec-period", periods.exec_vm)->capture_default_str();
    app.add_option("--vm-period", periods.monitor_vm)->capture_default_str();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    return options;
}

}  // namespace onedsim
