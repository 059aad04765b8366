// Judges what the ssh program met. Every failure says which way, what usually causes it, and who does what.
#include "common/text/printable.hpp"
#include "frontend/proofs/login_script.hpp"
#include "frontend/proofs/named_login.hpp"
#include "frontend/proofs/ssh_trouble.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace onefrontend {
namespace {

using one::CommandOutput;
using one::Result;

constexpr std::chrono::milliseconds slow_login{2000};
constexpr std::int64_t clock_warning = 2;  // seconds
constexpr std::int64_t clock_error = 60;

constexpr std::array needs_the_name{
    "shell-noise",          "sudo-refused",   "command-rsync", "command-ruby",
    "command-bash",         "oneadmin-umask", "clock",         "ssh-unknown-key-accepted",
    "ssh-agent-forwarding", "ssh-slow-login"};

std::string towards(const ExpectedNode& node)
{
    return fmt::format("front-end -> node, ssh {}", node.name);
}

Finding broken_login(const ExpectedNode& node, const CommandOutput& output)
{
    auto trouble = explain_ssh(output.err, node.name);
    if (trouble.cause.empty()) {
        trouble.cause = fmt::format("ssh ended with {}: {}", output.exit_code, one::plain_line(last_line(output.err)));
        trouble.fix = fmt::format("on the front-end, as {}: ssh -v {} true", node.user, node.name);
    }
    if (node.ssh_port != 22 && output.err.find("Connection refused") != std::string::npos)
        trouble.fix =
            fmt::format("sshd of the node listens on {}: let it listen on 22, or write `Host {}` with `Port {}` into "
                        "~{}/.ssh/config of every front-end and host",
                        node.ssh_port, node.name, node.ssh_port, node.user);
    const bool key = output.err.find("IDENTIFICATION HAS CHANGED") != std::string::npos || refused_host_key(output);
    return broken(key ? "ssh-host-key" : "ssh-name", fmt::format("{}: {}", towards(node), trouble.cause), trouble.fix);
}

// Nothing: the login by name works.
std::optional<Finding> failed_login(const Result<CommandOutput>& quiet, const ExpectedNode& node)
{
    if (!quiet) {
        if (quiet.error().kind != one::ErrorKind::timeout) return broken("ssh-name", quiet.error());
        return broken("ssh-name",
                      fmt::format("{}: the login hangs; usually PAM, a directory service, DNS of the node, or a "
                                  "startup file that waits for input",
                                  towards(node)),
                      fmt::format("on the front-end, as {}: ssh -v {} true", node.user, node.name));
    }
    if (ssh_failed(*quiet)) return broken_login(node, *quiet);
    if (quiet->ok()) return {};
    const auto words = one::plain_line(last_line(quiet->out + '\n' + quiet->err));
    return broken("ssh-name",
                  fmt::format("{}: /bin/true ended with {}: {}; usually {}'s shell, or a forced command", towards(node),
                              quiet->exit_code, words.empty() ? "it says nothing" : words, node.user),
                  fmt::format("on the node: getent passwd {0}; usermod -s /bin/bash {0}", node.user));
}

Finding noise(const CommandOutput& quiet)
{
    if (quiet.out.empty()) return proven("shell-noise", "the login prints nothing of its own");
    return broken("shell-noise",
                  fmt::format("the node's login shell prints {} bytes before any command: \"{}\"; rsync and the "
                              "monitoring read them as data",
                              quiet.out.size(), one::plain_line(quiet.out, 40)),
                  "on the node, look for echo and the like in ~oneadmin/.bashrc, /etc/bash.bashrc, /etc/profile.d, "
                  "~oneadmin/.ssh/rc and /etc/ssh/sshrc");
}

Finding speed(std::chrono::milliseconds took)
{
    const auto text = fmt::format("a login takes {:.1f} s", static_cast<double>(took.count()) / 1000);
    if (took <= slow_login) return proven("ssh-slow-login", text);
    return warning("ssh-slow-login",
                   text + "; OpenNebula makes several for each action; usually reverse DNS, PAM or a directory "
                          "service of the node",
                   "on the node: UseDNS no in sshd_config; journalctl -u ssh");
}

Finding sudo_rules(const std::string& verdict)
{
    if (verdict == "yes") return proven("sudo-refused", "oneadmin may run /usr/sbin/ip link by sudo -n");
    return broken(
        "sudo-refused",
        fmt::format("sudo -n refuses oneadmin `/usr/sbin/ip link show` on the node: {}",
                    verdict.empty() ? "it says nothing" : one::plain_line(verdict)),
        "on the node: visudo -c; sudo -l -U oneadmin; the rules are in /etc/sudoers.d of the package opennebula-node");
}

Findings programs(const LoginAnswer& answer)
{
    Findings findings;
    for (const std::string name : {"rsync", "ruby", "bash"}) {
        const auto found = answer.commands.find(name);
        const bool there = found != answer.commands.end() && !found->second.empty();
        findings.push_back(
            there ? proven("command-" + name, fmt::format("the node has {}", one::plain_line(found->second)))
                  : broken("command-" + name, fmt::format("a login to the node finds no {} in its PATH", name),
                           fmt::format("on the node: apt install {0} (or dnf install {0})", name)));
    }
    return findings;
}

Finding mask(const std::string& umask)
{
    const auto bits = std::strtol(umask.c_str(), nullptr, 8);
    if ((bits & 0055) == 0)
        return proven("oneadmin-umask", fmt::format("oneadmin logs in with umask {}", one::plain_line(umask)));
    return warning("oneadmin-umask",
                   fmt::format("oneadmin logs in with umask {}: others, as QEMU, cannot read the disks it makes",
                               one::plain_line(umask)),
                   "on the node: umask 022 for oneadmin in /etc/login.defs, PAM and ~oneadmin/.bashrc");
}

Finding clocks(const LoginAnswer& answer, const NamedLogins& logins)
{
    if (!answer.time) return not_checked("clock", "the node did not tell its time");
    const auto ahead = std::max<std::int64_t>(0, *answer.time - logins.after);
    const auto behind = std::max<std::int64_t>(0, logins.before - *answer.time);
    const auto apart = ahead + behind;
    const auto text =
        fmt::format("the node's clock is {} s {} the front-end's", apart, ahead > 0 ? "ahead of" : "behind");
    const std::string fix = "on both: timedatectl set-ntp true, or install chrony";
    if (apart > clock_error) return broken("clock", text, fix);
    if (apart > clock_warning) return warning("clock", text, fix);
    return proven("clock", "the clocks of node and front-end agree");
}

Finding strangers(const Result<CommandOutput>& stranger, const ExpectedNode& node)
{
    if (!stranger) return not_checked("ssh-unknown-key-accepted", to_line(stranger.error()));
    if (refused_host_key(*stranger))
        return proven("ssh-unknown-key-accepted",
                      fmt::format("ssh {} refuses a host key that is not pinned", node.name));
    if (ssh_failed(*stranger))
        return not_checked("ssh-unknown-key-accepted",
                           fmt::format("ssh ended with: {}", one::plain_line(last_line(stranger->err))));
    return broken(
        "ssh-unknown-key-accepted",
        fmt::format(
            "on the front-end ssh {} accepts a host key that it does not know: a machine in its place would get "
            "in unnoticed",
            node.name),
        fmt::format(
            "on the front-end, as {}: ssh -G {} | grep -i -e stricthost -e knownhosts; our block must stand first "
            "in ~/.ssh/config",
            node.user, node.name));
}

Finding forwarding(const LoginAnswer& answer, bool agent_here)
{
    if (!answer.agent.empty()) return proven("ssh-agent-forwarding", "sshd of the node forwards the ssh-agent");
    const std::string effect = "image copies and migrations between hosts will fail";
    if (!agent_here)
        return warning(
            "ssh-agent-forwarding", "the front-end has no ssh-agent to forward: " + effect + " unless hosts have keys",
            "on the front-end: systemctl enable --now opennebula-ssh-agent; then restart onefrontend and opennebula");
    return warning(
        "ssh-agent-forwarding", "sshd of the node forwards no ssh-agent, or the front-end's is not running: " + effect,
        "on the node: sshd -T | grep -i -e agentforwarding -e disableforwarding; on the front-end: ssh-add -l");
}

Finding arrival(const LoginAnswer& answer, const NamedLogins& logins, const ExpectedNode& node)
{
    if (!answer.complete)
        return broken("ssh-name",
                      fmt::format("{}: the login runs something else than our command, it printed \"{}\"; usually a "
                                  "forced command in sshd_config or authorized_keys, or no POSIX shell",
                                  towards(node), one::plain_line((*logins.answer)->out, 40)),
                      fmt::format("on the node: sshd -T -C user={} | grep -i -e forcecommand -e chroot", node.user));
    if (answer.nonce != node.nonce)
        return broken(
            "ssh-name",
            fmt::format("{}: {} there does not hold our nonce but \"{}\": the name leads to another machine, or "
                        "{} may not read the file",
                        towards(node), node.nonce_file, one::plain_line(answer.nonce, 80), node.user),
            fmt::format("on the front-end: getent ahosts {}; on the node, as {}: cat {}", node.name, node.user,
                        node.nonce_file));
    return proven("ssh-name", fmt::format("{} ({}): this very node answers, through {}", towards(node), node.address,
                                          one::plain_line(answer.ssh_client)));
}

}  // namespace

Findings named_logins_not_checked(std::string_view reason)
{
    Findings findings;
    for (const auto* id : needs_the_name)
        findings.push_back(not_checked(id, std::string{reason}));
    return findings;
}

NamedLoginVerdict judge_named_logins(const NamedLogins& logins, const ExpectedNode& node)
{
    NamedLoginVerdict verdict;
    Findings& findings = verdict.findings;
    if (auto failure = failed_login(logins.quiet, node)) {
        findings.push_back(*std::move(failure));
        const auto rest = named_logins_not_checked("needs the login by name");
        findings.insert(findings.end(), rest.begin(), rest.end());
        return verdict;
    }
    const auto& told = *logins.answer;
    if (!told) {
        findings.push_back(*failed_login(told, node));
        return verdict;
    }
    const auto answer = parse_login_answer(told->out);
    findings.push_back(arrival(answer, logins, node));
    findings.push_back(noise(*logins.quiet));
    findings.push_back(speed(logins.took));
    findings.push_back(strangers(*logins.stranger, node));
    if (!answer.complete) return verdict;
    verdict.ssh_client = one::plain_line(answer.ssh_client);
    findings.push_back(sudo_rules(answer.sudo));
    for (auto& finding : programs(answer))
        findings.push_back(std::move(finding));
    findings.push_back(mask(answer.umask));
    findings.push_back(clocks(answer, logins));
    findings.push_back(forwarding(answer, logins.agent_here));
    return verdict;
}

}  // namespace onefrontend
