// What the ways between two nodes mean.
#include "common/text/printable.hpp"
#include "common/text/words.hpp"
#include "frontend/proofs/pair.hpp"
#include "frontend/proofs/ssh_trouble.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <iterator>

namespace onefrontend {
namespace {

using one::CommandOutput;
using one::Result;

std::string way(const PairEnd& from, const PairEnd& to)
{
    return fmt::format("from {} to {}", from.name, to.name);
}

std::string word_of(const Result<CommandOutput>& output)
{
    if (!output) return to_line(output.error());
    const auto word = last_line(output->out);
    return word.empty() || !output->ok() ? one::complaint_of(*output) : word;
}

bool says(const Result<CommandOutput>& output, std::string_view word)
{
    return output && output->ok() && one::trim(output->out) == word;
}

std::string joined(const std::set<std::string>& words)
{
    constexpr std::ptrdiff_t most = 5;
    const auto end = std::next(words.begin(), std::min(most, std::ssize(words)));
    return one::join(std::vector<std::string>(words.begin(), end), ", ");
}

/// A node says it, and an admin reads it.
std::string name_in(std::string_view text)
{
    constexpr std::size_t longest = 64;
    return one::plain_line(text, longest);
}

}  // namespace

bool is_busy(const PortTry& port)
{
    return says(port.heard, "busy");
}

Finding judge_peer_login(const PairEnd& from, const PairEnd& to, const Result<CommandOutput>& login)
{
    constexpr std::string_view id = "peer-login";
    if (!login) return broken(id, login.error());
    if (!login->ok()) {
        const auto known = explain_ssh(login->err, to.name);
        const auto why = known.cause.empty() ? one::complaint_of(*login) : known.cause;
        return broken(id, fmt::format("oneadmin cannot go {}: {}", way(from, to), why),
                      known.fix.empty()
                          ? fmt::format("on {}, as oneadmin: ssh {}", from.name, to.name)
                          : fmt::format("as seen from {} instead of the front-end: {}", from.name, known.fix));
    }
    if (one::trim(login->out) != to.machine_id)
        return broken(
            id, fmt::format("the name {} leads {} to another machine, or a shell prints there", to.name, from.name),
            fmt::format("on {}: getent ahosts {}", from.name, to.name));
    return proven(id, fmt::format("oneadmin goes {} by its name", way(from, to)));
}

Finding judge_peer_ports(const PairEnd& from, const PairEnd& to, const std::vector<PortTry>& tries)
{
    constexpr std::string_view id = "peer-migration-ports";
    std::vector<std::string> good;
    for (const PortTry& tried : tries) {
        if (is_busy(tried)) continue;
        if (says(tried.heard, "heard") && says(tried.sent, "sent")) {
            good.push_back(std::to_string(tried.port));
            continue;
        }
        if (!says(tried.heard, "silent") && !says(tried.heard, "other"))
            return not_checked(
                id, fmt::format("nobody could listen at {}/tcp of {}: {}", tried.port, to.name, word_of(tried.heard)));
        return broken(id,
                      fmt::format("no connection {}, port {}/tcp: {}", way(from, to), tried.port, word_of(tried.sent)),
                      fmt::format("on {}: let {} in to {}-{}/tcp", to.name, from.name, first_migration_port,
                                  last_migration_port));
    }
    if (good.empty()) return not_checked(id, fmt::format("the ports of {} that were tried are all in use", to.name));
    return proven(id, fmt::format("connections {} arrive, ports {}/tcp", way(from, to), one::join(good, " and ")));
}

Result<Hypervisor> parse_capabilities(std::string_view xml)
{
    pugi::xml_document document;
    const auto parsed = document.load_buffer(xml.data(), xml.size());
    const auto host = document.child("capabilities").child("host");
    if (!parsed || !host)
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = "libvirt's capabilities",
                          .reason = "they are not what virsh prints",
                          .next = "on the node: virsh -c qemu:///system capabilities",
                          .doing = "read"});
    Hypervisor found;
    found.architecture = name_in(host.child("cpu").child_value("arch"));
    found.cpu = name_in(host.child("cpu").child_value("model"));
    for (const auto guest : document.child("capabilities").children("guest")) {
        const auto arch = guest.child("arch");
        if (found.architecture != name_in(arch.attribute("name").value())) continue;
        for (const auto machine : arch.children("machine"))
            found.machines.insert(name_in(machine.child_value()));
    }
    return found;
}

Findings judge_peer_hypervisors(const PairEnd& first, const Result<Hypervisor>& of_first, const PairEnd& second,
                                const Result<Hypervisor>& of_second)
{
    constexpr std::string_view id = "peer-machine-types";
    for (const auto* answer : {&of_first, &of_second})
        if (!*answer) return {not_checked(id, to_line(answer->error()))};
    if (of_first->architecture != of_second->architecture)
        return {broken(
            id,
            fmt::format("{} is {}, {} is {}", first.name, of_first->architecture, second.name, of_second->architecture),
            "put them into different clusters: no guest can move between them")};
    std::set<std::string> both;
    std::ranges::set_intersection(of_first->machines, of_second->machines, std::inserter(both, both.end()));
    Findings findings;
    if (both.empty())
        findings.push_back(
            broken(id,
                   fmt::format("their QEMU has no machine type in common: {} has {}, {} has {}", first.name,
                               joined(of_first->machines), second.name, joined(of_second->machines)),
                   "bring them to versions of the same release"));
    else if (of_first->machines != of_second->machines)
        findings.push_back(warning(id,
                                   fmt::format("{} and {} have different machine types, {} in common: guests may move "
                                               "one way only",
                                               first.name, second.name, both.size()),
                                   "bring them to the same version, or give guests a machine type that both have"));
    else
        findings.push_back(proven(id, fmt::format("both have the same {} machine types", both.size())));
    if (of_first->cpu == of_second->cpu)
        findings.push_back(proven("peer-cpu", "libvirt calls both CPUs " + of_first->cpu));
    else
        findings.push_back(
            warning("peer-cpu",
                    fmt::format("libvirt calls the CPU of {} {}, that of {} {}", first.name, of_first->cpu, second.name,
                                of_second->cpu),
                    "guests that shall move: a CPU model that both have (MODEL of CPU_MODEL), not host-passthrough"));
    return findings;
}

}  // namespace onefrontend
