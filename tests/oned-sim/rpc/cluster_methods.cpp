// one.cluster.*, one.clusterpool.info, one.datastore.info, one.datastorepool.info, one.vnpool.info
#include "tests/oned-sim/rpc/request.hpp"

#include <fmt/format.h>

namespace onedsim {
namespace {

constexpr auto cluster_type = ObjectType::cluster;

Outcome allocate(Request& request)
{
    auto& clusters = request.world.clusters;
    if (auto given = request.may_create(cluster_type); !given) return tl::unexpected{given.error()};
    const auto& name = request.text(1);
    if (auto problem = name_problem(name); !problem.empty()) return refuse(Code::allocate, problem);
    if (const auto* other = clusters.find_by_name(name))
        return refuse(Code::allocate, fmt::format("NAME is already taken by CLUSTER {}.", other->id));
    const int id = clusters.next_id++;
    clusters.objects[id] = new_cluster(id, name);
    return id;
}

Outcome remove(Request& request)
{
    const auto cluster = reach(request, request.world.clusters, cluster_type, request.integer(1), Right::admin);
    if (!cluster) return tl::unexpected{cluster.error()};
    const auto& gone = **cluster;
    const auto keep = [](const std::string& why) { return refuse(Code::action, "Cannot delete cluster. " + why); };
    if (gone.id < 100) return keep("System Clusters (ID < 100) cannot be deleted.");
    for (const auto& [count, kind] :
         {std::pair{gone.hosts.size(), "hosts"}, std::pair{gone.datastores.size(), "datastores"}})
        if (count > 0) return keep(fmt::format("Cluster {} is not empty, it contains {} {}.", gone.id, count, kind));
    const int id = gone.id;
    request.world.clusters.objects.erase(id);
    return id;
}

Outcome info(Request& request)
{
    const auto cluster =
        reach(request, request.world.clusters, cluster_type, request.integer(1), Right::use, Lock::ignored);
    if (!cluster) return tl::unexpected{cluster.error()};
    return to_xml(**cluster);
}

Outcome update(Request& request)
{
    const auto cluster = reach(request, request.world.clusters, cluster_type, request.integer(1), Right::manage);
    if (!cluster) return tl::unexpected{cluster.error()};
    if (auto done = update_attributes((*cluster)->attributes, request.text(2), request.integer(3, 0)); !done)
        return tl::unexpected{done.error()};
    return (*cluster)->id;
}

Outcome rename(Request& request)
{
    const int id = request.integer(1);
    auto* cluster = request.world.clusters.find(id);
    if (!cluster) return no_such(cluster_type, id);
    const auto& name = request.text(2);
    if (cluster->name == name) return id;
    if (auto given = request.may({{target_of(*cluster), Right::manage}}); !given) return tl::unexpected{given.error()};
    if (const auto* other = request.world.clusters.find_by_name(name))
        return refuse(Code::action, fmt::format("cluster cannot be renamed to {} because it collides with cluster {}",
                                                name, other->id));
    if (auto problem = name_problem(name); !problem.empty()) return refuse(Code::action, problem);
    cluster->name = name;
    for (const int member : cluster->hosts) {
        auto* host = request.world.hosts.find(member);
        host->cluster_name = name;
        request.world.update(*host);
    }
    return id;
}

Outcome move_host(Request& request, int to)
{
    auto& world = request.world;
    auto* cluster = world.clusters.find(to);
    if (!cluster) return no_such(cluster_type, to);
    auto* host = world.hosts.find(request.integer(2));
    if (!host) return no_such(ObjectType::host, request.integer(2));
    if (auto given = request.may({{target_of(*cluster), Right::admin}, {target_of(*host), Right::admin}}); !given)
        return tl::unexpected{given.error()};
    if (host->cluster == to) return request.integer(1);
    if (auto* old = world.clusters.find(host->cluster)) old->hosts.erase(host->id);
    cluster->hosts.insert(host->id);
    host->cluster = to;
    host->cluster_name = cluster->name;
    world.update(*host);
    return request.integer(1);
}

Outcome add_host(Request& request)
{
    return move_host(request, request.integer(1));
}
Outcome del_host(Request& request)
{
    return move_host(request, 0);
}

Outcome change_datastore(Request& request, bool add)
{
    auto& world = request.world;
    auto* cluster = world.clusters.find(request.integer(1));
    if (!cluster) return no_such(cluster_type, request.integer(1));
    auto* datastore = world.datastores.find(request.integer(2));
    if (!datastore) return no_such(ObjectType::datastore, request.integer(2));
    if (auto given = request.may({{target_of(*cluster), Right::admin}, {target_of(*datastore), Right::admin}}); !given)
        return tl::unexpected{given.error()};
    if (add) {
        cluster->datastores.insert(datastore->id);
        datastore->clusters.insert(cluster->id);
    } else {
        cluster->datastores.erase(datastore->id);
        datastore->clusters.erase(cluster->id);
    }
    return cluster->id;
}

Outcome add_datastore(Request& request)
{
    return change_datastore(request, true);
}
Outcome del_datastore(Request& request)
{
    return change_datastore(request, false);
}

Outcome pool_info(Request& request)
{
    std::string xml = "<CLUSTER_POOL>";
    for (const auto* cluster : request.world.clusters.newest_first())
        if (request.may_use(target_of(*cluster))) xml += to_xml(*cluster);
    return xml + "</CLUSTER_POOL>";
}

Outcome datastore_info(Request& request)
{
    const auto datastore =
        reach(request, request.world.datastores, ObjectType::datastore, request.integer(1), Right::use, Lock::ignored);
    if (!datastore) return tl::unexpected{datastore.error()};
    return to_xml(**datastore);
}

Outcome datastore_pool_info(Request& request)
{
    std::string xml = "<DATASTORE_POOL>";
    for (const auto* datastore : request.world.datastores.newest_first())
        if (request.may_use(target_of(*datastore))) xml += to_xml(*datastore);
    return xml + "</DATASTORE_POOL>";
}

Outcome network_pool_info(Request& request)
{
    if (request.integer(1) < -4) return refuse(Code::rpc_api, "Incorrect filter_flag");
    return "<VNET_POOL></VNET_POOL>";
}

constexpr Method methods[] = {
    {"one.cluster.allocate", "s", cluster_type, allocate},
    {"one.cluster.delete", "i", cluster_type, remove},
    {"one.cluster.info", "i?b", cluster_type, info},
    {"one.cluster.update", "is?i", cluster_type, update},
    {"one.cluster.rename", "is", cluster_type, rename},
    {"one.cluster.addhost", "ii", cluster_type, add_host},
    {"one.cluster.delhost", "ii", cluster_type, del_host},
    {"one.cluster.adddatastore", "ii", cluster_type, add_datastore},
    {"one.cluster.deldatastore", "ii", cluster_type, del_datastore},
    {"one.clusterpool.info", "", cluster_type, pool_info},
    {"one.datastore.info", "i?b", ObjectType::datastore, datastore_info},
    {"one.datastorepool.info", "", ObjectType::datastore, datastore_pool_info},
    {"one.vnpool.info", "iii", ObjectType::net, network_pool_info},
};

}  // namespace

std::span<const Method> cluster_methods()
{
    return methods;
}

}  // namespace onedsim
