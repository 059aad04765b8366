// One JSON document; every object names its fields, so that a file of an older simulator still reads.
#include "tests/oned-sim/objects/store.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace onedsim {

using Json = nlohmann::json;

static void to_json(Json& json, const Attributes& attributes)
{
    json = Json::array();
    for (const auto& [name, value] : attributes.all()) {
        if (const auto* text = std::get_if<std::string>(&value))
            json.push_back({name, *text});
        else
            json.push_back({name, std::get<Vector>(value)});
    }
}
static void from_json(const Json& json, Attributes& attributes)
{
    for (const auto& pair : json) {
        if (pair[1].is_string())
            attributes.add(pair[0].get<std::string>(), pair[1].get<std::string>());
        else
            attributes.add(pair[0].get<std::string>(), pair[1].get<Vector>());
    }
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Bits, use, manage, admin)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Permissions, owner, group, other)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(AclRule, id, user, resource, rights, zone)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LoginToken, expires, group)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(User, id, gid, group, groups, name, password, driver, enabled, tokens,
                                                attributes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Group, id, name, attributes, users, admins)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Cluster, id, name, hosts, datastores, attributes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Datastore, id, name, type, driver, transfer, clusters, attributes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DocumentLock, level, owner, time, request)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Document, id, uid, gid, owner, group, name, type, permissions, lock,
                                                attributes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(HostShare, total_memory, total_cpu, max_memory, max_cpu, datastores,
                                                pci, numa)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MonitoringRecord, time, capacity, system, numa)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Host, id, name, state, previous_state, im_mad, vm_mad, cluster,
                                                cluster_name, share, attributes, records, written_again)

template <class T>
static void to_json(Json& json, const Pool<T>& pool)
{
    json = {{"next_id", pool.next_id}, {"objects", Json::array()}};
    for (const auto& [id, object] : pool.objects)
        json["objects"].push_back(object);
}
template <class T>
static void from_json(const Json& json, Pool<T>& pool)
{
    pool.next_id = json.at("next_id").get<int>();
    for (const auto& object : json.at("objects")) {
        auto held = object.template get<T>();
        pool.objects.emplace(held.id, std::move(held));
    }
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(World, users, groups, clusters, hosts, documents, datastores, rules,
                                                next_rule, requests)

std::string to_json(const World& world)
{
    return Json(world).dump(1);
}

one::Result<World> world_from_json(const std::string& text)
try {
    return Json::parse(text).get<World>();
} catch (const Json::exception& error) {
    return one::fail(
        {.kind = one::ErrorKind::invalid, .thing = "the simulator's objects", .reason = error.what(), .doing = "read"});
}

one::Result<std::optional<World>> Store::load() const
{
    const std::filesystem::path path = std::filesystem::path{directory_} / "objects.json";
    if (directory_.empty() || !std::filesystem::exists(path)) return std::optional<World>{};
    std::ifstream file{path};
    std::stringstream text;
    text << file.rdbuf();
    TRY_LET(auto world, world_from_json(text.str()));
    return std::optional{std::move(world)};
}

one::Result<> Store::save(const World& world)
{
    if (directory_.empty()) return {};
    auto text = to_json(world);
    if (text == last_) return {};
    const std::string path = directory_ + "/objects.json";
    const std::string fresh = path + ".new";
    std::ofstream file{fresh, std::ios::trunc};
    file << text;
    file.close();
    if (!file || ::rename(fresh.c_str(), path.c_str()) != 0)
        return one::fail(one::while_doing("write")(one::error_from_errno(errno, path)));
    last_ = std::move(text);
    return {};
}

}  // namespace onedsim
