// Security groups are sets of addresses and iptables' rules about them; without the tools guests run unfiltered or not
// at all (F112, F111).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/core/real_path.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run_ipset(const Facts&, const HostView& host, const CheckContext&)
{
    if (host.find_program("ipset")) return {};
    return {missing(Severity::warning, "ipset is not installed, and security groups need it", host, needed::ipset)};
}

// /usr/sbin/iptables leads over /etc/alternatives to xtables-nft-multi or xtables-legacy-multi.
bool uses_nft(const HostView& host, const std::string& program)
{
    return real_path(host, program).find("nft") != std::string::npos;
}

Findings run_backend(const Facts&, const HostView& host, const CheckContext&)
{
    const auto program = host.find_program("iptables");
    if (!program)
        return {missing(Severity::warning, "iptables is not installed, and security groups need it", host,
                        needed::iptables)};
    const auto legacy = word_in(host, "/proc/net/ip_tables_names");  // the tables that the older kind has in use
    if (!legacy.empty() && uses_nft(host, *program))
        return {warning(fmt::format("rules of two kinds are in use: table {} of iptables-legacy, while {} writes "
                                    "nftables; both filter, and each shows its own only",
                                    legacy, *program),
                        "iptables-legacy-save  # move these rules to iptables-nft, then: iptables-legacy -F")};
    if (host.read("/proc/cmdline").value_or("").find("ipv6.disable=1") != std::string::npos)
        return {warning("the kernel runs without IPv6 (ipv6.disable=1), and security groups call ip6tables too",
                        "sed -i 's/ipv6.disable=1/ipv6.disable_ipv6=1/' /etc/default/grub && (update-grub || "
                        "grub2-mkconfig -o /boot/grub2/grub.cfg)  # then reboot")};
    return {};
}

}  // namespace

constinit const Check ipset_missing{
    .id = "ipset-missing",
    .title = "ipset is installed",
    .run = run_ipset,
    .severity = Severity::warning,
    .covers = "F112",
    .explain = "Whether ipset is installed.",
    .without_it = "a VM with a security group fails, or runs unfiltered.",
    .mend = "install it.",
};
constinit const Check iptables_backend{
    .id = "iptables-backend",
    .title = "iptables has one kind of rules",
    .run = run_backend,
    .severity = Severity::warning,
    .covers = "F111",
    .explain = "Whether iptables is installed and its rules are of one kind (nftables or legacy), and IPv6 is there "
               "for `ip6tables`.",
    .without_it = "rules that nobody sees, or `table 'filter' is incompatible`.",
    .mend = "move the older rules.",
};

}  // namespace onenode::checks
