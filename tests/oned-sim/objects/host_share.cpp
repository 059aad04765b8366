// No guests run on a simulated host, so nothing here is ever in use: usages are zero, cores and devices free.
#include "tests/oned-sim/objects/host_share.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onedsim {
namespace {

std::int64_t less_reserved(std::int64_t total, std::string_view reserved)
{
    reserved = one::trim(reserved);
    const bool percent = reserved.ends_with('%');
    if (percent) reserved.remove_suffix(1);
    const auto number = to_number(reserved);
    if (!number) return total;
    if (!percent) return total - *number;
    return static_cast<std::int64_t>(static_cast<double>(total) * (1.0 - static_cast<double>(*number) / 100.0));
}

std::string value_of(const Vector& vector, std::string_view key)
{
    const auto found = vector.find(std::string{key});
    return found == vector.end() ? std::string{} : found->second;
}

Attributes& node_of(HostShare& share, const Vector& entry, bool& known)
{
    const auto id = to_number(value_of(entry, "NODE_ID"));
    known = id.has_value();
    auto& node = share.numa[static_cast<int>(id.value_or(-1))];
    if (known && !node.text("NODE_ID")) node.add("NODE_ID", std::to_string(*id));
    return node;
}

bool has(const Attributes& node, std::string_view name, std::string_view key, const std::string& value)
{
    return std::ranges::any_of(node.vectors(name), [&](const Vector& held) { return value_of(held, key) == value; });
}

void add_core(Attributes& node, const Vector& core)
{
    if (has(node, "CORE", "ID", value_of(core, "ID"))) return;
    std::string cpus;
    int count = 0;
    std::string list = value_of(core, "CPUS");
    std::ranges::replace(list, ',', ' ');
    for (const auto& cpu : one::split_words(list)) {
        cpus += fmt::format("{}{}:-1", count == 0 ? "" : ",", cpu);
        ++count;
    }
    node.add(
        "CORE",
        Vector{{"CPUS", cpus}, {"DEDICATED", "NO"}, {"FREE", std::to_string(count)}, {"ID", value_of(core, "ID")}});
}

void add_pages(Attributes& node, const Vector& pages)
{
    if (has(node, "HUGEPAGE", "SIZE", value_of(pages, "SIZE"))) return;
    node.add("HUGEPAGE",
             Vector{{"PAGES", value_of(pages, "PAGES")}, {"SIZE", value_of(pages, "SIZE")}, {"USAGE", "0"}});
}

void set_memory(Attributes& node, const Vector& memory)
{
    node.replace(
        "MEMORY",
        Vector{{"DISTANCE", value_of(memory, "DISTANCE")}, {"TOTAL", value_of(memory, "TOTAL")}, {"USAGE", "0"}});
}

void take_numa(HostShare& share, Attributes& attributes)
{
    const std::pair<std::string_view, void (*)(Attributes&, const Vector&)> kinds[] = {
        {"CORE", add_core}, {"HUGEPAGE", add_pages}, {"MEMORY_NODE", set_memory}};
    for (const auto& [name, add] : kinds) {
        for (const auto& entry : attributes.vectors(name)) {
            bool known = false;
            auto& node = node_of(share, entry, known);
            if (known) add(node, entry);
        }
        attributes.erase(name);
    }
    share.numa.erase(-1);
}

void take_disk(HostShare& share, Attributes& attributes)
{
    const auto take = [&](std::string_view name, std::string_view held) {
        const auto figure = attributes.number(name);
        attributes.erase(name);
        return figure ? *figure : share.datastores.number(held).value_or(0);
    };
    const DiskFigures figures{.maximum = take("DS_LOCATION_TOTAL_MB", "MAX_DISK"),
                              .free = take("DS_LOCATION_FREE_MB", "FREE_DISK"),
                              .used = take("DS_LOCATION_USED_MB", "USED_DISK")};
    show_disk(share, figures);
    share.datastores.erase("DS");
    for (auto& datastore : attributes.vectors("DS"))
        share.datastores.add("DS", std::move(datastore));
    attributes.erase("DS");
}

void take_pci(HostShare& share, Attributes& attributes)
{
    share.pci.clear();
    for (auto& device : attributes.vectors("PCI")) {
        const auto address = value_of(device, "ADDRESS");
        if (address.empty()) continue;
        device.insert_or_assign("VMID", "-1");
        share.pci.emplace(address, std::move(device));
    }
    attributes.erase("PCI");
}

}  // namespace

void show_disk(HostShare& share, const DiskFigures& figures)
{
    share.datastores.replace("DISK_USAGE", std::string{"0"});
    share.datastores.replace("MAX_DISK", std::to_string(figures.maximum));
    share.datastores.replace("FREE_DISK", std::to_string(figures.free));
    share.datastores.replace("USED_DISK", std::to_string(figures.used));
}

void take_capacity(HostShare& share, Attributes& attributes)
{
    share.total_cpu = attributes.number("TOTALCPU").value_or(0);
    share.total_memory = attributes.number("TOTALMEMORY").value_or(0);
    reserve(share, attributes);
    take_disk(share, attributes);
    take_pci(share, attributes);
    take_numa(share, attributes);
}

void reserve(HostShare& share, const Attributes& attributes)
{
    share.max_cpu = less_reserved(share.total_cpu, attributes.text("RESERVED_CPU").value_or(""));
    share.max_memory = less_reserved(share.total_memory, attributes.text("RESERVED_MEM").value_or(""));
}

void forget_capacity(HostShare& share)
{
    share.total_cpu = share.total_memory = share.max_cpu = share.max_memory = 0;
}

std::string to_xml(const HostShare& share, const Attributes& datastores)
{
    Attributes devices;
    for (const auto& [address, device] : share.pci)
        devices.add("PCI", device);
    std::string nodes;
    for (const auto& [id, node] : share.numa)
        nodes += node.to_xml("NODE");
    return fmt::format(
        "<HOST_SHARE><MEM_USAGE>0</MEM_USAGE><CPU_USAGE>0</CPU_USAGE><TOTAL_MEM>{}</TOTAL_MEM>"
        "<TOTAL_CPU>{}</TOTAL_CPU><MAX_MEM>{}</MAX_MEM><MAX_CPU>{}</MAX_CPU><RUNNING_VMS>{}</RUNNING_VMS>"
        "<VMS_THREAD>1</VMS_THREAD>{}{}<NUMA_NODES>{}</NUMA_NODES></HOST_SHARE>",
        share.total_memory, share.total_cpu, share.max_memory, share.max_cpu, share.running_vms,
        datastores.to_xml("DATASTORES"), devices.to_xml("PCI_DEVICES"), nodes);
}

}  // namespace onedsim
