// libvirtd refuses to start with --listen where systemd holds its sockets (F62).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/checks/reading.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

constexpr std::array files{"/etc/default/libvirtd", "/etc/sysconfig/libvirtd"};
constexpr const char* enabled = "/etc/systemd/system/sockets.target.wants/libvirtd.socket";

bool asks_to_listen(const std::string& arguments)
{
    const auto words = one::split_words(arguments);
    return std::ranges::any_of(words, [](const auto& word) { return word == "--listen" || word == "-l"; });
}

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!host.stat(enabled)) return {};
    for (const auto* file : files) {
        const auto text = host.read(file).value_or("");
        for (const auto* key : {"LIBVIRTD_ARGS", "libvirtd_opts"})
            if (asks_to_listen(setting_in(text, key).value_or("")))
                return {
                    warning(fmt::format("{} in {} holds --listen, and libvirtd does not start so while systemd has "
                                        "its sockets",
                                        key, file),
                            fmt::format("sed -i 's/^{0}=.*/{0}=\"\"/' {1} && systemctl restart libvirtd", key, file))};
    }
    return {};
}

}  // namespace

constinit const Check libvirt_idle_exit{
    .id = "libvirt-idle-exit",
    .title = "libvirtd starts again when it is asked",
    .run = run,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F62",
    .explain = "Whether libvirtd is told to `--listen` while systemd has its sockets: it does not start so, and nobody "
               "notices before it next has to.",
    .without_it = "`Failed to connect socket to '/run/libvirt/libvirt-sock'` after the next restart of libvirtd.",
    .mend = "drop the argument; OpenNebula needs no port of libvirt.",
};

}  // namespace onenode::checks
