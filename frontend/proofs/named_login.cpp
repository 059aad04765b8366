// Logs in by the ssh binary to the NAME: quietly, with the script, and as a stranger.
#include "frontend/proofs/named_login.hpp"

#include "frontend/proofs/login_script.hpp"
#include "frontend/proofs/ssh_environment.hpp"
#include "frontend/proofs/ssh_trouble.hpp"

#include <chrono>
#include <future>

namespace onefrontend {
namespace {

using namespace std::chrono;

std::int64_t epoch_seconds()
{
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

// `ForwardAgent=/dev/null` asks sshd for agent forwarding exactly as `yes` does, but whoever uses the socket on the
// node finds nobody behind it: a node that is not yet proven must not sign with the key that opens all the others.
one::Result<one::CommandOutput> ask_script(const Config& config, const ExpectedNode& node)
{
    auto command = fresh_ssh(config, node.name, {"-o", "ForwardAgent=/dev/null"}, "sh -s", node.limit);
    command.input = login_script(node.nonce_file);
    return one::run_command(command);
}

// Without any known key, our block in ~/.ssh/config must make ssh refuse: `accept-new` of the package's block would
// not.
one::Result<one::CommandOutput> try_as_stranger(const Config& config, const ExpectedNode& node)
{
    return one::run_command(
        fresh_ssh(config, node.name, {"-o", "UserKnownHostsFile=/dev/null"}, "/bin/true", node.limit));
}

}  // namespace

NamedLogins log_in_by_name(const Config& config, const ExpectedNode& node)
{
    NamedLogins logins;
    logins.agent_here = !agent_socket(config).empty();
    const auto started = steady_clock::now();
    logins.quiet = one::run_command(fresh_ssh(config, node.name, {}, "/bin/true", node.limit));
    logins.took = duration_cast<milliseconds>(steady_clock::now() - started);
    if (!logins.quiet || ssh_failed(*logins.quiet)) return logins;

    auto stranger = std::async(std::launch::async, [&] { return try_as_stranger(config, node); });
    logins.before = epoch_seconds();
    logins.answer = ask_script(config, node);
    logins.after = epoch_seconds();
    logins.stranger = stranger.get();
    return logins;
}

}  // namespace onefrontend
