// The flags of each verb, with their help, by CLI11.
#include "nodeagent/cli/verb_flags.hpp"

#include "common/cli/one_of.hpp"
#include "common/join_token.hpp"
#include "common/text/address.hpp"
#include "common/text/duration.hpp"
#include "common/text/number.hpp"
#include "nodeagent/core/risks.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <system_error>

namespace onenode::cli {
namespace {

constexpr const char* footer = "Exit codes: 0 ok, 1 done with warnings, 2 failed, 3 cannot run at all, 64 usage.";
constexpr const char* about_the_token =
    "\nThe join token is never an argument: it is asked for, read from --token-file, or taken from ONENODE_TOKEN.";
constexpr const char* ids = "ID,...";  // CLI11 would append dots of its own

struct RiskHelp {
    std::string_view name;
    std::string_view what;  // may happen
};

constexpr std::array risk_helps{
    RiskHelp{risks::firewall,
             "your firewall lets in what OpenNebula needs (SSH, migration, consoles) from the front-end and the other "
             "nodes; leave takes that back"},
    RiskHelp{risks::reload_sshd,
             "sshd reads what others wrote into its files and nobody tried; a mistake there may lock you out"},
    RiskHelp{risks::restart_libvirt,
             "libvirt restarts while guests run: they go on, their consoles and monitoring break off for a moment"},
    RiskHelp{risks::abandon_vms, "VMs that run here are left behind: OpenNebula does not manage them any more"},
    RiskHelp{risks::forget_frontend,
             "a front-end that does not answer is not told: the host stays listed there until an admin deletes it"},
};

constexpr bool all_explained(std::span<const std::string_view> names)
{
    return std::ranges::all_of(names, [](std::string_view name) {
        return std::ranges::find(risk_helps, name, &RiskHelp::name) != risk_helps.end();
    });
}
static_assert(all_explained(risks::of_join) && all_explained(risks::of_leave) && all_explained(risks::of_doctor));

struct Example {
    const char* verb;
    const char* lines;
};

constexpr std::array examples{
    Example{"join", "  onenode join one.example.com\n"
                    "  onenode join one.example.com --token-file /run/token --name kvm12 --unattended\n"},
    Example{"status", "  onenode status --watch\n"
                      "  onenode status --json --exit-code\n"},
    Example{"doctor", "  onenode doctor\n"
                      "  onenode doctor --fix libvirt-down sshd-down\n"},
    Example{"history", "  onenode history -n 5\n"},
    Example{"leave", "  onenode leave\n"
                     "  onenode leave --offline\n"},
    Example{"agent", "  systemctl status onenode.service\n"
                     "  onenode agent --metrics-file ''\n"},
    Example{"prepare", "  onenode prepare --dry-run\n"
                       "  onenode prepare --yes && systemctl poweroff\n"},
    Example{"version", "  onenode version --json\n"},
};

CLI::Validator type()
{
    return one::one_of({"kvm", "qemu", "lxc"});
}

std::string help_of(std::span<const std::string_view> names)
{
    std::string text = "accept what may happen:";
    for (const auto name : names)
        text += fmt::format("\n{}: {}", name, std::ranges::find(risk_helps, name, &RiskHelp::name)->what);
    return text;
}

void add_risks(CLI::App& verb, std::vector<std::string>& accepted, std::span<const std::string_view> names)
{
    verb.add_option("--accept-risk", accepted, help_of(names))
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("NAME,...")
        ->option_text("NAME,...")
        ->check(one::one_of({names.begin(), names.end()}).description(""));  // the help explains them
}

void add_examples(CLI::App& app)
{
    for (const auto& example : examples)
        app.get_subcommand(example.verb)
            ->footer(fmt::format("Examples:\n{}\n{}{}", example.lines, footer,
                                 std::string_view{example.verb} == "join" ? about_the_token : ""));
}

void add_output(CLI::App& app, CommandLine& line)
{
    app.add_flag("--json", line.output.json, "JSON lines, one object an event")->group("Output");
    app.add_flag("-q,--quiet", line.output.quiet, "only warnings, errors and the result")->group("Output");
    app.add_flag("-v,--verbose", line.output.verbose, "also what is fine, and why each change is made")
        ->group("Output");
    app.add_flag("--no-color", line.output.no_color, "no colours")->group("Output");
    app.add_option("--root", line.root, "work on the machine below DIR")
        ->type_name("DIR")
        ->check([](const std::string& given) {
            std::error_code failed;
            return std::filesystem::is_directory(given, failed) ? "" : "there is no such directory";
        })
        ->group("Output");
}

void add_join(CLI::App& app, CommandLine& line, std::string& wait)
{
    JoinOptions& join = line.join;
    auto* verb = app.add_subcommand("join", "make this machine a host of the OpenNebula behind FRONTEND");
    verb->add_option("frontend", join.frontend, "its name or address; port 4125 where none is given")
        ->type_name("FRONTEND[:PORT]");
    verb->add_option("--token-file", join.token_file, "the join token is in FILE; - is standard input")
        ->type_name("FILE");
    verb->add_option("--name", join.name, "name of the host, which the front-end must resolve");
    verb->add_option("--address", join.address, "IP address here that the front-end logs in to")
        ->check([](const std::string& given) {
            return one::is_address(given)
                       ? ""
                       : "it is no IP address; without --address the front-end takes the one it sees";
        });
    verb->add_option("--type", join.type, "kvm (default), qemu or lxc")->check(type());
    verb->add_option("--cluster", join.cluster, "name or number of the cluster");
    verb->add_option(
            "--fingerprint", join.fingerprint,
            "pin of the front-end's certificate authority (onefrontend ca status); the token's must be the same")
        ->check([](const std::string& given) {
            return one::is_pin(given) ? "" : "it is no fingerprint as `onefrontend ca status` shows it";
        });
    verb->add_option("--ca-file", join.ca_file, "its certificate (PEM), in place of the fingerprint")
        ->type_name("FILE");
    verb->add_option("--ignore", join.ignore, "errors of these checks are only warnings")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name(ids)
        ->option_text(ids);
    add_risks(*verb, join.accepted_risks, risks::of_join);
    verb->add_option("--wait", wait, "how long OpenNebula may take to say on (default 4m)")
        ->type_name("TIME")
        ->check([](const std::string& given) {
            const auto time = one::parse_duration(given);
            return time ? "" : time.error().reason + "; 90s, 10m or 1h30m is meant";
        });
    verb->add_flag("--install-packages", join.install_packages, "install what is missing; leave lets it stay");
    verb->add_flag("--unattended", join.unattended, "never ask");
    verb->add_flag("--dry-run", join.dry_run, "show every change and touch nothing, on neither side");
    verb->add_option("--config", line.config_file, "settings from FILE; flags win")->type_name("FILE");
    verb->add_flag("--print-config", line.print_config, "print a file for --config on the next machine, and end");
    add_output(*verb, line);
    verb->parse_complete_callback([&line] { line.verb = Verb::join; });
}

void add_leave(CLI::App& app, CommandLine& line)
{
    auto* verb = app.add_subcommand("leave", "take this machine out of OpenNebula and undo every change");
    add_risks(*verb, line.leave.accepted_risks, risks::of_leave);
    verb->add_flag_callback(
        "--offline", [&line] { line.leave.accepted_risks.emplace_back(risks::forget_frontend); },
        "the front-end is gone: leave without telling it (the same as --accept-risk=forget-frontend)");
    add_output(*verb, line);
    verb->parse_complete_callback([&line] { line.verb = Verb::leave; });
}

void add_doctor(CLI::App& app, CommandLine& line)
{
    DoctorOptions& doctor = line.doctor;
    auto* verb = app.add_subcommand("doctor", "look at everything that keeps this machine from being a good host");
    verb->add_option("id", doctor.ids, "only these checks")->type_name("ID");
    auto* fix = verb->add_flag("--fix", doctor.fix, "mend what is safe to mend; shows it and asks before");
    verb->add_flag("--yes", doctor.yes, "mend without asking")->needs(fix);
    verb->add_option("--ignore", doctor.ignore, "errors of these checks are only warnings")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name(ids)
        ->option_text(ids);
    add_risks(*verb, doctor.accepted_risks, risks::of_doctor);
    verb->add_option("--type", doctor.type, "kvm, qemu or lxc (default: as it was joined, else kvm)")->check(type());
    auto* explain = verb->add_option("--explain", doctor.explain, "tell what a check looks at, and why");
    explain->type_name("ID")->excludes(fix);
    auto* list = verb->add_flag("--list", doctor.list, "tell which checks there are");
    list->excludes(fix);
    for (auto* other : {explain, list})  // said by those; the help of --fix would name them in an order of chance
        fix->remove_excludes(other);
    add_output(*verb, line);
    verb->parse_complete_callback([&line] { line.verb = Verb::doctor; });
}

void add_agent(CLI::App& app, CommandLine& line)
{
    auto* verb = app.add_subcommand("agent", "the daemon: keeps this machine as the front-end wants it");
    verb->add_option("--metrics-file", line.agent.metrics_file,
                     "for node_exporter's textfile collector, where its directory exists; '' for none")
        ->type_name("FILE");
    add_output(*verb, line);
    verb->parse_complete_callback([&line] { line.verb = Verb::agent; });
}

void add_status(CLI::App& app, CommandLine& line)
{
    auto* verb = app.add_subcommand("status", "what this machine is joined to, and how it is");
    verb->add_flag("--watch", line.status.watch,
                   "keep showing it until Ctrl-C; without a terminal, a line whenever something changed");
    verb->add_flag("--exit-code", line.status.exit_code,
                   "for cron: exit with 0 healthy, 1 degraded, 2 broken, 3 not joined (or not root)");
    add_output(*verb, line);
    verb->parse_complete_callback([&line] { line.verb = Verb::status; });
}

void add_history(CLI::App& app, CommandLine& line)
{
    auto* verb = app.add_subcommand("history", "what onenode changed on this machine, when and why");
    verb->add_option("-n", line.history.last, "only the last N deeds")
        ->type_name("N")
        ->check([](const std::string& given) {
            return one::to_number<int>(given).value_or(0) > 0 ? "" : "a number above 0 is meant";
        });
    add_output(*verb, line);
    verb->parse_complete_callback([&line] { line.verb = Verb::history; });
}

void add_prepare(CLI::App& app, CommandLine& line)
{
    auto* verb = app.add_subcommand("prepare", "make this machine a golden image: what no two machines may share goes");
    verb->add_flag("--yes", line.prepare.yes, "do not ask");
    verb->add_flag("--dry-run", line.prepare.dry_run, "show what would go and touch nothing");
    add_output(*verb, line);
    verb->parse_complete_callback([&line] { line.verb = Verb::prepare; });
}

void add_plain(CLI::App& app, CommandLine& line, const char* name, const char* text, Verb value)
{
    auto* verb = app.add_subcommand(name, text);
    add_output(*verb, line);
    verb->parse_complete_callback([&line, value] { line.verb = value; });
}

}  // namespace

void add_verbs(CLI::App& app, CommandLine& line, std::string& wait)
{
    app.footer(std::string{footer} + about_the_token);
    app.require_subcommand(1);
    add_output(app, line);
    add_join(app, line, wait);
    add_status(app, line);
    add_doctor(app, line);
    add_history(app, line);
    add_leave(app, line);
    add_agent(app, line);
    add_prepare(app, line);
    add_plain(app, line, "version", "the version of onenode", Verb::version);
    add_examples(app);
}

bool is_verb(std::string_view word)
{
    return std::ranges::find(examples, word, &Example::verb) != examples.end();
}

}  // namespace onenode::cli
