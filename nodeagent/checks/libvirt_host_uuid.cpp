// libvirt takes the board's UUID for the machine's. Boards of some makers all have the same, and no guest migrates
// between two of them (F72). Others that are equal the front-end sees, and refuses the join.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"

#include "common/text/letters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

// Placeholders that board makers shipped by the thousand.
constexpr std::array placeholders{
    "03000200-0400-0500-0006-000700080009",
    "00020003-0004-0005-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
    "11111111-2222-3333-4444-555555555555",
};

bool is_placeholder(std::string uuid)
{
    uuid = one::to_lower(uuid);
    if (std::ranges::find(placeholders, uuid) != placeholders.end()) return true;
    std::erase(uuid, '-');
    return uuid.size() == 32 && uuid.find_first_not_of(uuid.front()) == std::string::npos;  // all zeros, all f
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!facts.libvirt.problem.empty()) return not_checked("libvirt does not answer: see libvirt-down");
    if (!is_placeholder(facts.libvirt.uuid)) return {};
    const auto daemon = libvirt_daemon(host);
    return {error(fmt::format("this machine's UUID {} is a placeholder of the board's maker: guests do not migrate "
                              "between machines that share it",
                              facts.libvirt.uuid),
                  fmt::format("echo \"host_uuid = \\\"$(uuidgen)\\\"\" >>/etc/libvirt/{}.conf && {}", daemon,
                              restart_libvirt(host)))};
}

}  // namespace

constinit const Check libvirt_host_uuid{
    .id = "libvirt-host-uuid",
    .title = "this machine's UUID is its own",
    .run = run,
    .data_loss = true,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F72",
    .explain = "Whether the UUID that libvirt has for this machine is a placeholder of the board's maker. One that "
               "another node has is found by the front-end, which refuses the join. An error that no flag opens: who "
               "has such a board often has several.",
    .without_it = "`Attempt to migrate guest to the same host`.",
    .mend = "`host_uuid` in libvirt's configuration.",
};

}  // namespace onenode::checks
