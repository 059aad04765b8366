// The front-end's sshd, oneadmin's ssh, and guacd's options.
#include "common/managed_block.hpp"
#include "common/text/words.hpp"
#include "frontend/configure/render.hpp"

#include <fmt/format.h>

namespace onefrontend::configure {
namespace {

using one::Result;

constexpr std::string_view block_name = "onefrontend configure";

void add_port(std::vector<std::string>& lines, std::string_view host, int port)
{
    if (port == 22) return;
    lines.push_back(fmt::format("Host {}", host));
    lines.push_back(fmt::format("  Port {}", port));
}

/// Drivers also run plain `ssh HOSTNAME` here, and come by the way that nodes come.
std::vector<std::string> way_to_itself(const Settings& settings)
{
    std::vector<std::string> lines;
    add_port(lines, "localhost", settings.sshd_port);
    if (hostname_of(settings) != "localhost") add_port(lines, hostname_of(settings), settings.sshd_port_of_nodes);
    return lines;
}

}  // namespace

Result<std::string> render_sshd(const Wishes& wishes, const std::string&)
{
    const Settings& settings = *wishes.settings;
    std::string text =
        "# By `onefrontend configure`; sshd takes the first value of each keyword, and reads this first.\n";
    text += fmt::format("Port {}\n", settings.sshd_port);
    for (const auto* kind : {"ed25519", "ecdsa", "rsa"})
        text += fmt::format("HostKey {}/ssh_host_{}_key\n", settings.sshd_host_keys, kind);
    return text + "AllowUsers oneadmin\n"
                  "PermitRootLogin no\n"
                  "AuthenticationMethods publickey\n"
                  "PubkeyAuthentication yes\n"
                  "PasswordAuthentication no\n"
                  "KbdInteractiveAuthentication no\n"
                  "# Drivers copy from the front-end to a node with the agent's key; nothing else is passed on.\n"
                  "AllowAgentForwarding yes\n"
                  "AllowTcpForwarding no\n"
                  "AllowStreamLocalForwarding no\n"
                  "PermitTunnel no\n"
                  "X11Forwarding no\n"
                  "# Four kinds of drivers with fifteen connections each may come at once.\n"
                  "MaxStartups 100:30:200\n"
                  "MaxSessions 100\n"
                  "PrintMotd no\n"
                  "PrintLastLog no\n";
}

/// Above what the packages wrote: ssh takes the first value, and theirs accepts unknown keys. `serve` has a block of its
/// own, which may stand above this one.
Result<std::string> render_ssh(const Wishes& wishes, const std::string& original)
{
    const bool there = !one::managed_block(original, block_name).empty();
    auto lines = way_to_itself(*wishes.settings);
    for (const auto* line : {"Host *", "  StrictHostKeyChecking yes", "  ServerAliveInterval 10", "  ControlMaster no",
                             "  ControlPersist 70s", "  ControlPath /run/one/ssh-socks/ctl-M-%C.sock"})
        lines.emplace_back(line);
    return one::with_managed_block(original, block_name, lines,
                                   there ? one::BlockPlace::keep_or_append : one::BlockPlace::first);
}

/// A line `OPTS="..."` in a file of variables.
Result<std::string> render_guacd(const Wishes& wishes, const std::string& original)
{
    const auto wanted = fmt::format("OPTS=\"-b {} -l {}\"", wishes.settings->guacd_listen, wishes.settings->guacd_port);
    std::string text;
    bool set = false;
    for (const auto& line : one::split_lines(original)) {
        const bool ours = line.starts_with("OPTS=");
        if (!ours)
            text += line + '\n';
        else if (!set)
            text += wanted + '\n';
        set = set || ours;
    }
    return set ? text : text + wanted + '\n';
}

}  // namespace onefrontend::configure
