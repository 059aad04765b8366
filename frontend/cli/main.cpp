// onefrontend: reads the command line, the environment and the configuration, and hands them to the verb.
#include "common/cli/build.hpp"
#include "common/cli/lost_output.hpp"
#include "common/core_dump.hpp"
#include "common/log.hpp"
#include "common/shortage.hpp"
#include "frontend/cli/admin.hpp"
#include "frontend/cli/backup.hpp"
#include "frontend/cli/bootstrap.hpp"
#include "frontend/cli/ca.hpp"
#include "frontend/cli/configure.hpp"
#include "frontend/cli/environment.hpp"
#include "frontend/cli/init.hpp"
#include "frontend/cli/options.hpp"
#include "frontend/cli/probe.hpp"
#include "frontend/cli/refresh.hpp"
#include "frontend/cli/remote.hpp"
#include "frontend/cli/restore.hpp"
#include "frontend/cli/serve.hpp"
#include "frontend/cli/try_join.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace {

using namespace onefrontend::cli;

std::string variable(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

Environment read_environment()
{
    return {.oned_endpoint = variable("ONED_ENDPOINT"),
            .oned_auth = variable("ONED_AUTH"),
            .monitor_log = variable("ONED_MONITOR_LOG"),
            .ssh_auth_sock = variable("SSH_AUTH_SOCK"),
            .one_auth = variable("ONE_AUTH"),
            .home = variable("HOME")};
}

one::Result<Exit> run(const Options& options, Terminal& terminal)
{
    if (options.verb == Verb::version) {
        onefrontend::Json fields = onefrontend::Json::object();
        const auto& build = one::this_build;
        fields["version"] = build.version;
        if (*build.commit != '\0') fields["commit"] = build.commit;
        fields["build_type"] = build.type;
        terminal.say(std::string{"onefrontend "} + build.version, "version", std::move(fields));
        return Exit::ok;
    }
    if (options.verb == Verb::configure) return run_configure(options.configure, terminal);  // makes that file, too
    if (options.verb == Verb::refresh) return run_refresh(options.refresh, terminal);
    const auto environment = read_environment();
    if (options.verb == Verb::try_join) return run_try_join(options, own_auth_file(environment), terminal);
    if (!options.remote.frontend.empty()) return run_remote(options, own_auth_file(environment), terminal);
    TRY_LET(const auto config, load_config(options.config_file, environment));
    switch (options.verb) {
    case Verb::backup: return run_backup(options.backup, config, terminal);
    case Verb::restore: return run_restore(options.restore, config, terminal);
    case Verb::bootstrap: return run_bootstrap(options.bootstrap, config, terminal);
    case Verb::ca_import: return run_ca_import(config, terminal, options.which);
    case Verb::init: return run_init(config, terminal, options.authority);
    case Verb::serve: return run_serve(config);
    case Verb::signer: return run_signer(config);
    case Verb::ready:
    case Verb::live: return run_probe(options, config, terminal);
    default: return run_admin_verb(options, config, terminal);
    }
}

Exit exit_for(const one::Error& error)
{
    using one::ErrorKind;
    const bool outside =
        error.kind == ErrorKind::unreachable || error.kind == ErrorKind::denied || error.kind == ErrorKind::timeout;
    return outside ? Exit::cannot_run : Exit::failed;
}

// Nobody else knows that what a verb had to tell (a new token!) did not get there.
int ended(int lost, Exit exit)
{
    const auto error = one::lost_output(lost);
    if (!error) return static_cast<int>(exit);
    std::cerr << "onefrontend: " << one::to_text(*error) << '\n';
    return static_cast<int>(std::max(exit, Exit::failed));
}

int tell(const NoOptions& instead)
{
    if (instead.exit != Exit::ok) {
        std::cerr << instead.text;
        return static_cast<int>(instead.exit);
    }
    Terminal terminal{std::cout, std::cerr, false};
    terminal.print(instead.text);
    return ended(terminal.lost(), Exit::ok);
}

int begin(const std::vector<std::string>& arguments)
{
    const auto options = parse(arguments);
    if (!options) return tell(options.error());
    const bool daemon = options->verb == Verb::serve || options->verb == Verb::signer;
    one::log::start({.form = one::log::form_for_standard_error(),
                     .level = daemon ? one::log::Level::info : one::log::Level::warning});
    const bool is_streamed = options->verb == Verb::backup && options->backup.file == "-";
    Terminal terminal{is_streamed ? std::cerr : std::cout, std::cerr, options->json};
    const auto exit = run(*options, terminal);
    if (!exit) terminal.fail(exit.error());
    const bool answers_by_exit = options->verb == Verb::ready || options->verb == Verb::live;
    return ended(answers_by_exit ? 0 : terminal.lost(), exit ? *exit : exit_for(exit.error()));
}

}  // namespace

int main(int argc, char** argv)
try {
    one::forbid_core_dumps();
    one::keep_standard_streams();
    std::signal(SIGPIPE, SIG_IGN);  // an admin's pager that ends does not stop a verb in the middle
    return begin({argv + 1, argv + argc});
} catch (const std::exception& thrown) {  // expected failures are values: what arrives here is our mistake, or a lack
    if (const auto lacking = one::shortage_in(thrown))
        std::cerr << "onefrontend: " << one::to_text(*lacking) << '\n';
    else
        std::cerr << "onefrontend: a mistake of ours: " << thrown.what() << "\nPlease report it with what you did.\n";
    return static_cast<int>(Exit::failed);
}
