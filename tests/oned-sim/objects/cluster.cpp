// Clusters and datastores: how they look, and which ones a fresh OpenNebula has.
#include "tests/oned-sim/objects/cluster.hpp"

#include "tests/oned-sim/objects/account.hpp"
#include "tests/oned-sim/objects/document.hpp"

#include <fmt/format.h>

#include <utility>

namespace onedsim {
namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

Permissions datastore_permissions()
{
    return {.owner = {.use = true, .manage = true}, .group = {.use = true}};
}

Datastore new_datastore(int id, std::string name, int type, std::string driver, const Pairs& attributes)
{
    Datastore datastore{.id = id, .name = std::move(name), .type = type, .driver = std::move(driver), .clusters = {0}};
    for (const auto& [key, value] : Pairs{{"ALLOW_ORPHANS", "FORMAT"},
                                          {"PERSISTENT_SNAPSHOTS", "YES"},
                                          {"RESTRICTED_DIRS", "/"},
                                          {"SAFE_DIRS", "/var/tmp"},
                                          {"TM_MAD", "local"}})
        datastore.attributes.add(key, std::string{value});
    for (const auto& [key, value] : attributes)
        datastore.attributes.add(key, std::string{value});
    return datastore;
}

}  // namespace

Cluster new_cluster(int id, std::string name)
{
    Cluster cluster{.id = id, .name = std::move(name)};
    cluster.attributes.add("RESERVED_CPU", std::string{});
    cluster.attributes.add("RESERVED_MEM", std::string{});
    return cluster;
}

std::vector<Datastore> default_datastores()
{
    return {
        new_datastore(0, "system", 1, "-",
                      {{"DISK_TYPE", "FILE"},
                       {"DS_LIVE_MIGRATE", "YES"},
                       {"DS_MIGRATE", "YES"},
                       {"DS_MIGRATE_SNAP", "YES"},
                       {"SHARED", "NO"},
                       {"TYPE", "SYSTEM_DS"}}),
        new_datastore(1, "default", 0, "fs",
                      {{"CLONE_TARGET", "SYSTEM"},
                       {"DISK_TYPE", "FILE"},
                       {"DS_MAD", "fs"},
                       {"LN_TARGET", "SYSTEM"},
                       {"TYPE", "IMAGE_DS"}}),
        new_datastore(2, "files", 2, "fs",
                      {{"CLONE_TARGET", "SYSTEM"}, {"DS_MAD", "fs"}, {"LN_TARGET", "SYSTEM"}, {"TYPE", "FILE_DS"}})};
}

Target target_of(const Cluster& cluster)
{
    return {
        .type = ObjectType::cluster, .id = cluster.id, .uid = 0, .gid = cluster.id, .permissions = fresh_permissions()};
}

Target target_of(const Datastore& datastore)
{
    return {.type = ObjectType::datastore,
            .id = datastore.id,
            .uid = 0,
            .gid = 0,
            .cluster = datastore.clusters.empty() ? -1 : *datastore.clusters.begin(),
            .permissions = datastore_permissions()};
}

std::string to_xml(const Cluster& cluster)
{
    return fmt::format("<CLUSTER><ID>{}</ID><NAME>{}</NAME>{}{}<VNETS></VNETS>{}</CLUSTER>", cluster.id, cluster.name,
                       ids_xml("HOSTS", cluster.hosts), ids_xml("DATASTORES", cluster.datastores),
                       cluster.attributes.to_xml("TEMPLATE"));
}

std::string to_xml(const Datastore& datastore)
{
    return fmt::format(
        "<DATASTORE><ID>{0}</ID><UID>0</UID><GID>0</GID><UNAME>oneadmin</UNAME><GNAME>oneadmin</GNAME><NAME>{1}</NAME>"
        "{2}<DS_MAD><![CDATA[{3}]]></DS_MAD><TM_MAD><![CDATA[{4}]]></TM_MAD>"
        "<BASE_PATH><![CDATA[/var/lib/one//datastores/{0}]]></BASE_PATH><TYPE>{5}</TYPE><DISK_TYPE>0</"
        "DISK_TYPE><STATE>0</STATE>"
        "{6}<TOTAL_MB>0</TOTAL_MB><FREE_MB>0</FREE_MB><USED_MB>0</USED_MB><IMAGES></IMAGES>{7}</DATASTORE>",
        datastore.id, datastore.name, to_xml(datastore_permissions()), datastore.driver, datastore.transfer,
        datastore.type, ids_xml("CLUSTERS", datastore.clusters), datastore.attributes.to_xml("TEMPLATE"));
}

}  // namespace onedsim
