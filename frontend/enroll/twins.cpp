// Compares what machines tell of themselves; says what two that share it lose, and how they get apart.
#include "frontend/enroll/twins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace onefrontend {
namespace {

using one::Result;

using Mark = std::pair<Trait, std::string_view>;

struct Meaning {
    Trait trait = Trait::host_uuid;
    std::string_view id{};  // of the finding: the check on the node that looks at the same
    std::string_view what{};
    bool grave = false;
    std::string_view harm{};
    std::string_view command{};  // on the machine that joins: nobody relies on it yet
    std::string_view besides{};  // what to know of that
};

constexpr std::array meanings{
    Meaning{
        .trait = Trait::host_uuid,
        .id = "libvirt-host-uuid",
        .what = "host UUID",
        .grave = true,
        .harm = "no guest migrates between the two (\"Attempt to migrate guest to the same host\")",
        .command = "sed -i '/^ *host_uuid *=/d' /etc/libvirt/libvirtd.conf && echo \"host_uuid = \\\"$(uuidgen)\\\"\" "
                   ">>/etc/libvirt/libvirtd.conf && systemctl try-restart libvirtd",
        .besides = "where libvirt is one daemon for each driver, virtqemud in all three places",
    },
    Meaning{
        .trait = Trait::initiator,
        .id = "iscsi-multipath-initiator",
        .what = "iSCSI initiator name",
        .grave = true,
        .harm = "a SAN takes the two for one machine and lets both write the same volumes, which damages them",
        .command = "name=$(iscsi-iname) && printf 'InitiatorName=%s\\n' \"$name\" >/etc/iscsi/initiatorname.iscsi && "
                   "systemctl try-restart iscsid",
        .besides = "without sessions, and the SAN has to learn the new name",
    },
    Meaning{
        .trait = Trait::machine_id,
        .id = "machine-id-cloned",
        .what = "machine-id",
        .grave = false,
        .harm = "DHCP gives both the same address, and their bridges get the same MACs",
        .command = "rm -f /etc/machine-id && systemd-machine-id-setup && systemctl reboot",
        .besides = "`onenode prepare` before a disk is copied avoids it",
    },
    Meaning{
        .trait = Trait::host_key,
        .id = "host-key-cloned",
        .what = "SSH host key",
        .grave = false,
        .harm = "each can pass for the other, and a ban of one keeps both out",
        .command = "rm -f /etc/ssh/ssh_host_*_key* && ssh-keygen -A && systemctl try-restart ssh sshd",
        .besides = "`onenode prepare` before a disk is copied avoids it",
    },
    Meaning{
        .trait = Trait::mac,
        .id = "mac-cloned",
        .what = "MAC address",
        .grave = false,
        .harm = "in one network, frames for one of them reach the other",
        .command = "ip -br link",
        .besides = "give that interface an address of its own; a virtual machine's is its hypervisor's to change",
    },
};

const Meaning& meaning_of(Trait trait)
{
    return meanings.at(static_cast<std::size_t>(trait));
}

/// Type and key, without the comment.
std::string_view key_of(std::string_view line)
{
    const auto type = line.find(' ');
    return type == std::string_view::npos ? line : line.substr(0, line.find(' ', type + 1));
}

/// Without a copy: this runs over all nodes.
template <class Visit>
void for_each_mark(const Node& node, Visit visit)
{
    const auto& facts = node.facts;
    const bool has_guests_that_move = node.type != "lxc";
    if (has_guests_that_move && !facts.libvirt_uuid.empty()) visit(Mark{Trait::host_uuid, facts.libvirt_uuid});
    if (!facts.iscsi_initiator.empty()) visit(Mark{Trait::initiator, facts.iscsi_initiator});
    if (!facts.machine_id.empty()) visit(Mark{Trait::machine_id, facts.machine_id});
    for (const auto& line : facts.ssh_host_keys)
        visit(Mark{Trait::host_key, key_of(line)});
    for (const auto& mac : facts.macs)
        visit(Mark{Trait::mac, mac});
}

Twin to_twin(const Mark& mark, const Node& other)
{
    return {.trait = mark.first,
            .value = std::string{mark.second},
            .node = other.id,
            .name = other.name,
            .address = other.address};
}

void add_first(std::vector<Twin>& twins, const Mark& mark, const Node& other)
{
    if (std::ranges::find(twins, mark.first, &Twin::trait) == twins.end()) twins.push_back(to_twin(mark, other));
}

bool is_earlier_try(const Node& other, const Node& node)
{
    return other.phase == Phase::enrolled && other.address == node.address;
}

std::string holder_of(const Twin& twin)
{
    return fmt::format("node {} ({}) at {}", twin.node, twin.name, twin.address);
}

std::string message_of(const Node& node, const Twin& twin)
{
    const auto& meaning = meaning_of(twin.trait);
    return fmt::format("{} at {} has the {} {} of {}, too: {}", node.name, node.address, meaning.what, twin.value,
                       holder_of(twin), meaning.harm);
}

std::string fix_of(const Node& node, const Twin& twin)
{
    const auto& meaning = meaning_of(twin.trait);
    return fmt::format("on {}: `{}` ({}), then join again; where node {} is that machine as it was before, on the "
                       "front-end: onefrontend node remove {}",
                       node.name, meaning.command, meaning.besides, twin.node, twin.node);
}

}  // namespace

std::vector<Twin> twins_of(const Node& node, std::span<const Node> nodes)
{
    std::vector<Mark> own;
    for_each_mark(node, [&own](const Mark& mark) { own.push_back(mark); });
    std::vector<Twin> twins;
    for (const Node& other : nodes) {
        if (other.id == node.id || is_earlier_try(other, node)) continue;
        for_each_mark(other, [&](const Mark& mark) {
            if (std::ranges::find(own, mark) != own.end()) add_first(twins, mark, other);
        });
    }
    std::ranges::sort(twins, {}, &Twin::trait);
    return twins;
}

std::map<int, std::vector<Twin>> twins_among(const std::vector<Node>& nodes)
{
    std::map<Mark, const Node*> first;
    std::map<int, std::vector<Twin>> all;
    for (const Node& node : nodes)
        for_each_mark(node, [&](const Mark& mark) {
            const auto [found, is_new] = first.try_emplace(mark, &node);
            const Node& other = *found->second;
            if (is_new || other.id == node.id || is_earlier_try(other, node)) return;
            add_first(all[node.id], mark, other);
            add_first(all[other.id], mark, node);
        });
    return all;
}

bool is_grave(const Twin& twin)
{
    return meaning_of(twin.trait).grave;
}

Result<> must_have_no_twin(const Node& node, const std::vector<Twin>& twins)
{
    std::optional<one::Error> refusal;
    for (const Twin& twin : twins) {
        if (!is_grave(twin)) continue;
        if (refusal) {
            refusal->reason += "; and " + message_of(node, twin);
            refusal->next += "; and " + fix_of(node, twin);
            continue;
        }
        const auto& meaning = meaning_of(twin.trait);
        refusal = one::Error{.kind = one::ErrorKind::conflict,
                             .thing = fmt::format("the {} {}", meaning.what, twin.value),
                             .reason = fmt::format("{} has it already, and {} at {} would be its twin: {}",
                                                   holder_of(twin), node.name, node.address, meaning.harm),
                             .next = fix_of(node, twin),
                             .doing = "use"};
    }
    if (!refusal) return {};
    return one::fail(*std::move(refusal));
}

std::vector<one::wire::Finding> findings_of(const Node& node, const std::vector<Twin>& twins)
{
    std::vector<one::wire::Finding> findings;
    for (const Twin& twin : twins)
        findings.push_back({.id = std::string{meaning_of(twin.trait).id},
                            .severity = is_grave(twin) ? "error" : "warning",
                            .message = message_of(node, twin),
                            .fix = fix_of(node, twin)});
    return findings;
}

std::string to_text(const Twin& twin)
{
    return fmt::format("the {} {} of {}", meaning_of(twin.trait).what, twin.value, holder_of(twin));
}

}  // namespace onefrontend
