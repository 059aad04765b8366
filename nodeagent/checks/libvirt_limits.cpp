// A daemon with some hundred guests holds some thousand files open (F76). It lifts its limit itself, up to the hard one.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/checks/repairs.hpp"
#include "nodeagent/core/risks.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

constexpr long long enough = 4096;

// "Max open files            1024                 524288               files"
std::optional<long long> hard_limit(const HostView& host, int pid)
{
    constexpr std::string_view label = "Max open files";
    for (const auto& line : one::split_lines(host.read(fmt::format("/proc/{}/limits", pid)).value_or("")))
        if (line.starts_with(label))
            if (const auto words = one::split_words(std::string_view{line}.substr(label.size())); words.size() > 1)
                return number_of(words[1]);
    return std::nullopt;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    const auto daemon = libvirt_daemon(host);
    const auto processes = host.processes().value_or(std::vector<Process>{});
    for (const auto& process : processes) {
        if (process.uid != 0 || process.argv.empty()) continue;
        const std::string_view program = process.argv.front();
        if (program.substr(program.rfind('/') + 1) != daemon) continue;
        const auto limit = hard_limit(host, process.pid);
        if (!limit || *limit >= enough) continue;
        return {
            warning(fmt::format("{} may open {} files, too few for many guests", daemon, *limit),
                    fmt::format("mkdir -p /etc/systemd/system/{0}.service.d && printf '%s\\n' '[Service]' "
                                "'LimitNOFILE=1024:524288' >/etc/systemd/system/{0}.service.d/limits.conf && systemctl "
                                "daemon-reload && systemctl restart {0}{1}",
                                daemon, under_guests(facts)))};
    }
    return {};
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    if (!has_systemd(host) || !may_restart_libvirt(facts)) return {};
    const auto path = fmt::format("/etc/systemd/system/{}.service.d/onenode-limits.conf", libvirt_daemon(host));
    const std::string why = "a daemon with some hundred guests holds some thousand files open";
    auto changes = missing_directories(host, path, why);
    changes.emplace_back(WriteFile{
        .path = path, .text = "# Written by onenode doctor.\n[Service]\nLimitNOFILE=1024:524288\n", .why = why});
    return changes;
}

}  // namespace

constinit const Check libvirt_limits{
    .id = "libvirt-limits",
    .title = "libvirt may open the files of many guests",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F76",
    .explain = "Whether libvirt's daemon may open enough files for many guests (its hard limit, 4096 at least).",
    .without_it = "`Too many open files` from the guest on that is one too many.",
    .mend = "a drop-in of its unit.",
};

}  // namespace onenode::checks
