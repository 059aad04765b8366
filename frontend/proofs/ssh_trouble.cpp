// Words of ssh that are known, each with what is usually behind it.
#include "frontend/proofs/ssh_trouble.hpp"

#include <array>
#include <string_view>

namespace onefrontend {
namespace {

constexpr int ssh_exit_of_its_own = 255;

struct Known {
    std::string_view says;
    std::string_view cause;
    std::string_view fix;  // NAME stands for the host
};

// The first that fits counts: the more telling text stands before the more general one.
constexpr std::array known{
    Known{"REMOTE HOST IDENTIFICATION HAS CHANGED", "another machine answers at NAME, or its SSH host keys changed",
          "on the front-end: getent ahosts NAME; if the node's keys changed, join again"},
    Known{"Host key verification failed", "the machine that answers at NAME does not have the pinned SSH host keys",
          "on the front-end: getent ahosts NAME, ssh-keyscan NAME | ssh-keygen -lf -"},
    Known{"Could not resolve hostname", "the front-end cannot resolve NAME",
          "give NAME to the front-end's DNS or /etc/hosts, or join with --name ADDRESS"},
    Known{"Bad owner or permissions on", "ssh refuses its own configuration on the front-end",
          "on the front-end: chown oneadmin ~oneadmin/.ssh/config; chmod 600 ~oneadmin/.ssh/config"},
    Known{"Bad configuration option", "ssh on the front-end cannot read its configuration",
          "on the front-end, as oneadmin: ssh -G NAME"},
    Known{"no matching host key type", "sshd of the node has no host key type that the front-end accepts",
          "on the node: ssh-keygen -A, then restart sshd"},
    Known{"no mutual signature algorithm", "the node's crypto policy refuses the front-end's key type",
          "use an ed25519 key, or RSA of 3072 bits, for oneadmin on the front-end"},
    Known{"Too many authentication failures",
          "the ssh-agent of the front-end offers too many keys before the right one",
          "on the front-end, as oneadmin: ssh-add -D; ssh-add ~/.ssh/id_rsa"},
    Known{"Permission denied (", "sshd of the node refused oneadmin's key: authorized_keys, its mode, or AllowUsers",
          "on the node: journalctl -u ssh -n 20"},
    Known{"Connection refused",
          "nothing listens on the SSH port of NAME: OpenNebula's drivers use port 22 unless ssh is told otherwise",
          "on the node: systemctl enable --now ssh; or a Host and Port line for NAME in ~oneadmin/.ssh/config of the "
          "front-end"},
    Known{"Connection timed out", "no answer from the SSH port of NAME, usually a firewall",
          "let the front-end through to port 22/tcp of the node"},
    Known{"No route to host", "no route to NAME, or a firewall says so", "on the front-end: ip route get NAME"},
    Known{"Network is unreachable", "no route to the network of NAME", "on the front-end: ip route"},
    Known{"kex_exchange_identification",
          "sshd of the node closed the connection at once: MaxStartups, fail2ban or a TCP wrapper",
          "on the node: journalctl -u ssh -n 20"},
    Known{"Connection reset", "the connection to NAME was cut", "on the node: journalctl -u ssh -n 20"},
    Known{"Connection closed", "sshd of the node closed the connection", "on the node: journalctl -u ssh -n 20"},
};

std::string with_name(std::string_view text, const std::string& name)
{
    std::string filled{text};
    for (auto at = filled.find("NAME"); at != std::string::npos; at = filled.find("NAME", at + name.size()))
        filled.replace(at, 4, name);
    return filled;
}

}  // namespace

Trouble explain_ssh(const std::string& standard_error, const std::string& name)
{
    for (const Known& each : known)
        if (standard_error.find(each.says) != std::string::npos)
            return {with_name(each.cause, name), with_name(each.fix, name)};
    return {};
}

bool ssh_failed(const one::CommandOutput& output)
{
    return output.exit_code == ssh_exit_of_its_own;
}

bool refused_host_key(const one::CommandOutput& output)
{
    return ssh_failed(output) && output.err.find("Host key verification failed") != std::string::npos;
}

}  // namespace onefrontend
