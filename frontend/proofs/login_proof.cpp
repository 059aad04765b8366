// The login twice: by libssh with the pinned key, then by the ssh binary to the NAME.
#include "frontend/proofs/login_proof.hpp"

#include "common/text/number.hpp"
#include "common/text/printable.hpp"
#include "common/text/words.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/proofs/file_rights.hpp"
#include "frontend/proofs/name_here.hpp"
#include "frontend/proofs/named_login.hpp"
#include "frontend/proofs/pinned_login.hpp"
#include "frontend/proofs/ssh_environment.hpp"
#include "frontend/proofs/tcp_connect.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend {
namespace {

using one::Result;

constexpr std::chrono::milliseconds pinned_limit{10'000};
constexpr int usual_port = 22;

int port_of(const Config& config, const Node& node)
{
    if (!check_host_name(node.name)) return usual_port;
    const auto printed = one::run_command(fresh_ssh(config, node.name, {"-G"}, "", pinned_limit));
    return printed && printed->ok() ? port_in(printed->out) : usual_port;
}

Result<std::string> read_nonce_pinned(const Config& config, const Node& node, int port)
{
    TRY(check_reachable(normal_address(node.address)));
    TRY_LET(const auto rights, FileRights::of(config.ssh_user));  // libssh reads oneadmin's keys with oneadmin's rights
    return log_in_pinned({.address = normal_address(node.address),
                          .port = port,
                          .user = config.ssh_user,
                          .host_keys = node.ssh_host_keys,
                          .ssh_directory = config.ssh_home + "/.ssh",
                          .agent_socket = agent_socket(config),
                          .command = fmt::format("cat {}", login_nonce_file),
                          .limit = pinned_limit});
}

Findings judge_pinned(const Result<std::string>& answer, const Node& node, int port)
{
    const auto towards = towards_node(node.address, port);
    if (!answer) {
        const one::Error& error = answer.error();
        const bool key = error.kind == one::ErrorKind::untrusted;
        Findings findings{
            broken(key ? "ssh-host-key" : "ssh-login", fmt::format("{}: {}", error.thing, error.reason), error.next)};
        findings.push_back(
            not_checked(key ? "ssh-login" : "ssh-host-key", key ? "needs the pinned host key" : "needs a connection"));
        return findings;
    }
    Findings findings{proven("ssh-host-key", fmt::format("{}: sshd shows a pinned host key", towards))};
    const bool has_nonce = !node.proofs.login_nonce.empty() && one::trim(*answer).ends_with(node.proofs.login_nonce);
    if (has_nonce)  // what a shell may have printed before it is judged by itself
        findings.push_back(proven("ssh-login", fmt::format("{}: oneadmin logs in", towards)));
    else
        findings.push_back(
            broken("ssh-login",
                   fmt::format("{}: instead of the nonce in {} the login answers \"{}\"; usually a forced command, a "
                               "printing or forbidden shell, or a file that oneadmin may not read",
                               towards, login_nonce_file, one::plain_line(*answer, 80)),
                   "on the node: sshd -T -C user=oneadmin | grep -i forcecommand; getent passwd oneadmin; "
                   "ls -l /run/onenode"));
    return findings;
}

// Not to where a name was bent to: to ourselves, to a metadata service.
bool leads_nowhere_else(const Findings& name_findings, const std::vector<std::string>& resolved)
{
    return std::ranges::none_of(name_findings, [](const Finding& finding) { return finding.severity == "error"; }) &&
           std::ranges::all_of(resolved,
                               [](const std::string& address) { return check_reachable(address).has_value(); });
}

void append(Findings& findings, Findings more)
{
    for (auto& finding : more)
        findings.push_back(std::move(finding));
}

}  // namespace

int port_in(std::string_view ssh_configuration)
{
    for (const auto& line : one::split_lines(ssh_configuration)) {
        const auto words = one::split_words(line);
        if (words.size() != 2 || words[0] != "port") continue;
        if (const auto port = one::to_port(words[1])) return *port;
    }
    return usual_port;
}

LoginProof prove_login(const Config& config, const Node& node)
{
    LoginProof proof;
    const int port = port_of(config, node);
    proof.findings = judge_pinned(read_nonce_pinned(config, node, port), node, port);
    const bool pinned_works = all_proven(proof.findings);

    auto own = node.facts.addresses;
    own.push_back(node.address);
    const auto resolved = resolve_here(node.name);
    const auto name_findings = judge_name(node.name, resolved, own);
    append(proof.findings, name_findings);
    if (!pinned_works || !resolved || !leads_nowhere_else(name_findings, *resolved)) {
        const std::string reason = pinned_works ? "needs the name" : "needs ssh-login";
        proof.findings.push_back(not_checked("ssh-name", reason));
        append(proof.findings, named_logins_not_checked(reason));
        return proof;
    }

    const ExpectedNode expected{.name = node.name,
                                .address = node.address,
                                .ssh_port = node.facts.ssh_port,
                                .user = config.ssh_user,
                                .nonce = node.proofs.login_nonce,
                                .nonce_file = std::string{login_nonce_file}};
    auto verdict = judge_named_logins(log_in_by_name(config, expected), expected);
    append(proof.findings, std::move(verdict.findings));
    proof.ssh_client = normal_address(verdict.ssh_client);
    return proof;
}

}  // namespace onefrontend
