// What changes a host, and how it looks: the rules of oned's Host and its share.
#include "tests/oned-sim/objects/host.hpp"

#include "common/text/words.hpp"
#include "tests/oned-sim/objects/host_share.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace onedsim {
namespace {

std::string reports_of(const Host& host)
{
    return host.records.empty() ? "<MONITORING/>" : to_xml(host.records.back(), host.id);
}

std::string to_xml(const Host& host, const Attributes& datastores)
{
    std::string vms;
    for (const int vm : host.vms)
        vms += fmt::format("<ID>{}</ID>", vm);
    return fmt::format("<HOST><ID>{}</ID><NAME>{}</NAME><STATE>{}</STATE><PREV_STATE>{}</PREV_STATE>"
                       "<IM_MAD><![CDATA[{}]]></IM_MAD><VM_MAD><![CDATA[{}]]></VM_MAD>"
                       "<CLUSTER_ID>{}</CLUSTER_ID><CLUSTER>{}</CLUSTER>{}<VMS>{}</VMS>{}{}</HOST>",
                       host.id, host.name, static_cast<int>(host.state), static_cast<int>(host.previous_state),
                       host.im_mad, host.vm_mad, host.cluster, host.cluster_name, to_xml(host.share, datastores), vms,
                       host.attributes.to_xml("TEMPLATE"), reports_of(host));
}

/// Guests that OpenNebula did not start: their VM entries stay, with two attributes that sum them up.
void apply_wild_guests(Attributes& attributes)
{
    const auto guests = attributes.vectors("VM");
    for (const auto* name : {"VM", "WILDS", "TOTAL_WILDS"})
        attributes.erase(name);
    std::vector<std::string> names;
    for (const auto& guest : guests) {
        const auto id = guest.find("ID");
        if (id == guest.end() || id->second != "-1") continue;
        auto name = guest.find("VM_NAME");
        if (name == guest.end() || name->second.empty()) name = guest.find("DEPLOY_ID");
        names.push_back(name == guest.end() ? "" : name->second);
        attributes.add("VM", guest);
    }
    if (names.empty()) return;
    attributes.replace("TOTAL_WILDS", std::to_string(names.size()));
    attributes.replace("WILDS", one::join(names, ", "));
}

std::string error_of_character(std::string_view which, char character)
{
    return fmt::format("Invalid HOSTNAME, {} character can't be '{}'", which, character);
}

bool is_edge(char c)
{
    return c == '-' || c == '.' || c == '_';
}

/// A figure of the probes under the name that the record gives it, where it is a number.
void copy_figure(const Attributes& report, std::string_view from, Attributes& record, std::string_view to)
{
    if (const auto figure = report.number(from)) record.add(to, std::to_string(*figure));
}

}  // namespace

std::string_view name_of(HostState state)
{
    switch (state) {
    case HostState::init: return "INIT";
    case HostState::monitored: return "MONITORED";
    case HostState::error: return "ERROR";
    case HostState::disabled: return "DISABLED";
    case HostState::offline: return "OFFLINE";
    }
    return "";
}

std::string host_name_problem(std::string_view name)
{
    if (name.size() < 2 || name.size() > 63)
        return "Invalid HOSTNAME, HOSTNAME length should be greater than 1, but smaller than 64 characters";
    if (is_edge(name.front())) return error_of_character("first", name.front());
    for (const char c : name)
        if (!std::isalnum(static_cast<unsigned char>(c)) && !is_edge(c))
            return fmt::format("Invalid HOSTNAME, '{}' is invalid character for a HOSTNAME", c);
    if (is_edge(name.back())) return error_of_character("last", name.back());
    return {};
}

Host new_host(int id, std::string name, std::string im_mad, std::string vm_mad, int cluster, std::string cluster_name)
{
    Host host{.id = id,
              .name = std::move(name),
              .im_mad = std::move(im_mad),
              .vm_mad = std::move(vm_mad),
              .cluster = cluster,
              .cluster_name = std::move(cluster_name)};
    host.attributes.add("IM_MAD", host.im_mad);
    host.attributes.add("RESERVED_CPU", std::string{});
    host.attributes.add("RESERVED_MEM", std::string{});
    host.attributes.add("VM_MAD", host.vm_mad);
    show_disk(host.share, {});
    return host;
}

void apply_template(Host& host)
{
    const auto im_mad = host.attributes.text("IM_MAD").value_or("");
    const auto vm_mad = host.attributes.text("VM_MAD").value_or("");
    if (!im_mad.empty()) host.im_mad = im_mad;
    if (!vm_mad.empty()) host.vm_mad = vm_mad;
    host.attributes.replace("IM_MAD", host.im_mad);
    host.attributes.replace("VM_MAD", host.vm_mad);
    reserve(host.share, host.attributes);
}

void apply_report(Host& host, Attributes report)
{
    if (host.state == HostState::offline) return;
    for (const auto* name : {"ERROR", "VM", "VM_POLL"})
        host.attributes.erase(name);
    host.attributes.merge(report);
    if (host.state != HostState::disabled) host.state = HostState::monitored;
    apply_wild_guests(host.attributes);
    take_capacity(host.share, host.attributes);
}

MonitoringRecord record_of(const Attributes& report, std::time_t now)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> capacity{{{"FREECPU", "FREE_CPU"},
                                                                                     {"FREEMEMORY", "FREE_MEMORY"},
                                                                                     {"USEDCPU", "USED_CPU"},
                                                                                     {"USEDMEMORY", "USED_MEMORY"}}};
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> system{
        {{"CPUSPEED", "CPU_SPEED"}, {"NETRX", "NETRX"}, {"NETTX", "NETTX"}}};

    MonitoringRecord record{.time = now};
    for (const auto& [from, to] : capacity)
        copy_figure(report, from, record.capacity, to);
    for (const auto& [from, to] : system)
        copy_figure(report, from, record.system, to);
    for (const auto& [source, name] : {std::pair{"HUGEPAGE", "SIZE"}, std::pair{"MEMORY_NODE", "USED"}}) {
        for (const auto& held : report.vectors(source)) {
            const auto id = held.find("NODE_ID");
            const auto number = id == held.end() ? std::nullopt : to_number(id->second);
            if (!number) continue;
            auto& node = record.numa[static_cast<int>(*number)];
            if (!node.text("NODE_ID")) node.add("NODE_ID", id->second);
            Vector figures;
            for (const auto* key : {"FREE", name})
                if (const auto at = held.find(key); at != held.end()) figures.emplace(key, at->second);
            node.add(source == std::string_view{"HUGEPAGE"} ? "HUGEPAGE" : "MEMORY", std::move(figures));
        }
    }
    return record;
}

void enable(Host& host)
{
    const bool known = host.state == HostState::disabled && host.share.total_cpu > 0;
    host.state = known ? HostState::monitored : HostState::init;
}

void disable(Host& host)
{
    host.state = HostState::disabled;
}

void set_offline(Host& host)
{
    host.state = HostState::offline;
    forget_capacity(host.share);
    for (const auto* name : {"TOTALCPU", "TOTALMEMORY", "FREECPU", "FREEMEMORY", "USEDCPU", "USEDMEMORY"})
        host.attributes.erase(name);
}

std::string set_error(Host& host, std::string_view text, std::time_t now)
{
    auto line = fmt::format("Error monitoring Host {} ({}): {}", host.name, host.id, text);
    if (host.state != HostState::offline && host.state != HostState::disabled) host.state = HostState::error;
    host.attributes.replace("ERROR", fmt::format("{:%a %b %e %H:%M:%S %Y} : {}", fmt::localtime(now), line));
    return line;
}

std::string to_xml(const Host& host)
{
    return to_xml(host, host.share.datastores);
}

std::string to_pool_xml(const Host& host)
{
    return to_xml(host, host.written_again ? host.share.datastores : Attributes{});
}

std::string to_xml(const MonitoringRecord& record, int host)
{
    std::string xml = fmt::format("<MONITORING><TIMESTAMP>{}</TIMESTAMP><ID>{}</ID>", record.time, host);
    xml += record.capacity.to_xml("CAPACITY") + record.system.to_xml("SYSTEM");
    for (const auto& [id, node] : record.numa)
        xml += node.to_xml("NUMA_NODE");
    return xml + "</MONITORING>";
}

}  // namespace onedsim
