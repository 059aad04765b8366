// one.host.* and one.hostpool.*
#include "tests/oned-sim/rpc/request.hpp"

#include <fmt/format.h>

namespace onedsim {
namespace {

constexpr auto host_type = ObjectType::host;

std::string taken_by(std::string_view kind, int id)
{
    return fmt::format("NAME is already taken by {} {}.", kind, id);
}

std::string allocation_problem(const Request& request, const std::string& name)
{
    if (auto problem = host_name_problem(name); !problem.empty()) return problem;
    if (request.text(2).empty()) return "IM_MAD_NAME cannot be empty.";
    if (request.text(3).empty()) return "VMM_MAD_NAME cannot be empty.";
    const auto* other = request.world.hosts.find_by_name(name);
    return other ? taken_by("HOST", other->id) : "";
}

Outcome allocate(Request& request)
{
    auto& world = request.world;
    const int wanted = request.integer(4) == -1 ? 0 : request.integer(4);
    auto* cluster = world.clusters.find(wanted);
    if (!cluster) return no_such(ObjectType::cluster, wanted);
    if (auto given = request.may_create(host_type, cluster); !given) return tl::unexpected{given.error()};
    const auto& name = request.text(1);
    if (const auto problem = allocation_problem(request, name); !problem.empty())
        return refuse(Code::allocate, problem);

    const int id = world.hosts.next_id++;
    const auto& host = world.hosts.objects[id] =
        new_host(id, name, request.text(2), request.text(3), cluster->id, cluster->name);
    cluster->hosts.insert(id);
    if (world.monitor) world.monitor->update_host(host);
    return id;
}

Outcome remove(Request& request)
{
    auto& world = request.world;
    const auto host = reach(request, world.hosts, host_type, request.integer(1), Right::admin);
    if (!host) return tl::unexpected{host.error()};
    if (!(*host)->vms.empty()) return refuse(Code::action, "Can not remove a host with running VMs");
    const Host gone = **host;
    if (auto* cluster = world.clusters.find(gone.cluster)) cluster->hosts.erase(gone.id);
    world.hosts.objects.erase(gone.id);
    if (world.monitor) {
        world.monitor->stop_monitor(gone.id, gone.name, gone.im_mad);
        world.monitor->delete_host(gone.id);
    }
    return gone.id;
}

Outcome info(Request& request)
{
    const auto host = reach(request, request.world.hosts, host_type, request.integer(1), Right::use, Lock::ignored);
    if (!host) return tl::unexpected{host.error()};
    return to_xml(**host);
}

Outcome update(Request& request)
{
    const auto host = reach(request, request.world.hosts, host_type, request.integer(1), Right::admin);
    if (!host) return tl::unexpected{host.error()};
    if (auto done = update_attributes((*host)->attributes, request.text(2), request.integer(3, 0)); !done)
        return tl::unexpected{done.error()};
    apply_template(**host);
    request.world.update(**host);
    return (*host)->id;
}

Outcome rename(Request& request)
{
    const int id = request.integer(1);
    auto* host = request.world.hosts.find(id);
    if (!host) return no_such(host_type, id);
    const auto& name = request.text(2);
    if (host->name == name) return id;
    if (auto given = request.may({{target_of(*host), Right::admin}}); !given) return tl::unexpected{given.error()};
    if (const auto* other = request.world.hosts.find_by_name(name))
        return refuse(Code::action,
                      fmt::format("host cannot be renamed to {} because it collides with host {}", name, other->id));
    if (auto problem = name_problem(name); !problem.empty()) return refuse(Code::action, problem);
    host->name = name;
    request.world.update(*host);
    return id;
}

Outcome status(Request& request)
{
    const auto host = reach(request, request.world.hosts, host_type, request.integer(1), Right::admin);
    if (!host) return tl::unexpected{host.error()};
    switch (request.integer(2)) {
    case 0: enable(**host); break;
    case 1: disable(**host); break;
    case 2: set_offline(**host); break;
    default: return refuse(Code::internal, "Wrong status code");
    }
    request.world.update(**host);
    return (*host)->id;
}

Outcome monitoring(Request& request)
{
    const auto host = reach(request, request.world.hosts, host_type, request.integer(1), Right::use);
    if (!host) return tl::unexpected{host.error()};
    std::string xml = "<MONITORING_DATA>";
    for (const auto& record : (*host)->records)
        xml += to_xml(record, (*host)->id);
    return xml + "</MONITORING_DATA>";
}

Outcome pool_info(Request& request)
{
    std::string xml = "<HOST_POOL>";
    for (const auto* host : request.world.hosts.newest_first())
        if (request.may_use(target_of(*host))) xml += to_pool_xml(*host);
    return xml + "</HOST_POOL>";
}

Outcome pool_monitoring(Request& request)
{
    const int seconds = request.integer(1, -1);
    std::string xml = "<MONITORING_DATA>";
    for (const auto& [id, host] : request.world.hosts.objects) {
        if (!request.may_use(target_of(host))) continue;
        for (const auto& record : host.records) {
            const bool last = &record == &host.records.back();
            if (seconds == -1 || (seconds == 0 ? last : record.time > request.now - seconds)) xml += to_xml(record, id);
        }
    }
    return xml + "</MONITORING_DATA>";
}

constexpr Method methods[] = {
    {"one.host.allocate", "sssi", host_type, allocate},
    {"one.host.delete", "i", host_type, remove},
    {"one.host.info", "i?b", host_type, info},
    {"one.host.update", "is?i", host_type, update},
    {"one.host.rename", "is", host_type, rename},
    {"one.host.status", "ii", host_type, status},
    {"one.host.monitoring", "i", host_type, monitoring},
    {"one.hostpool.info", "", host_type, pool_info},
    {"one.hostpool.monitoring", "?i", host_type, pool_monitoring},
};

}  // namespace

std::span<const Method> host_methods()
{
    return methods;
}

}  // namespace onedsim
