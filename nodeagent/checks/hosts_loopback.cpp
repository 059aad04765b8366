// libvirt tells peers the first name of the line in /etc/hosts that holds this machine's: on the loopback's line that may
// be a name which nobody else knows (F35). 127.0.1.1 itself, as Debian writes it, does no harm.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

bool is_known_to_others(const std::string& first, const std::string& name)
{
    if (first.starts_with("localhost")) return true;  // then libvirt takes the machine's own name
    const bool same_label = first.substr(0, first.find('.')) == name.substr(0, name.find('.'));
    return same_label && !first.ends_with(".localdomain") && !first.ends_with(".localdomain.");
}

bool is_no_file(const HostView& host, std::string_view path)
{
    const auto info = host.stat(path);
    return info && info->kind != FileKind::file && info->kind != FileKind::symlink;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_no_file(host, "/etc/hosts"))
        return {warning("/etc/hosts is no regular file: whoever looks up a name may wait for ever",
                        "see what it is (ls -ld /etc/hosts) and put a file in its place")};
    if (is_lxc(context)) return not_needed("containers do not migrate live");
    const auto name = host.host_name();
    for (const auto& line : active_lines(host.read("/etc/hosts").value_or(""))) {
        const auto words = one::split_words(line.substr(0, line.find('#')));
        if (words.size() < 2 || std::find(words.begin() + 1, words.end(), name) == words.end()) continue;
        const bool loopback = words[0].starts_with("127.") || words[0] == "::1";
        if (!loopback || is_known_to_others(words[1], name)) return {};
        const auto address =
            facts.identity.addresses.empty() ? std::string{"ADDRESS"} : facts.identity.addresses.front();
        return {warning(
            fmt::format("libvirt would tell other nodes to find this machine as {} (the first name beside {} in "
                        "/etc/hosts)",
                        words[1], words[0]),
            fmt::format("sed -i 's/^{}[[:space:]].*/{} {}/' /etc/hosts", words[0], address, name))};
    }
    return {};
}

}  // namespace

constinit const Check hosts_loopback{
    .id = "hosts-loopback",
    .title = "other nodes are told a name that they know",
    .run = run,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F35",
    .explain = "Whether libvirt would tell other nodes a name that they know: it takes the first name of the line in "
               "`/etc/hosts` that holds this machine's, and on the loopback's line that may be a template's. Debian's "
               "own `127.0.1.1 node1` is fine. An `/etc/hosts` that is no regular file (a FIFO) is told, too: whoever "
               "looks up a name waits for it.",
    .without_it = "the same failed migration; with a FIFO, everything that looks up a name hangs.",
    .mend = "the line.",
};

}  // namespace onenode::checks
