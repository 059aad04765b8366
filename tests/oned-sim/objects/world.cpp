// The front-end as it stands after its first start.
#include "tests/oned-sim/objects/world.hpp"

#include "common/text/encoding.hpp"

namespace onedsim {
namespace {

std::string random_password()
{
    return one::to_hex(one::random_bytes(32));
}

Vector views(std::string_view view)
{
    return {{"DEFAULT_VIEW", std::string{view}},
            {"GROUP_ADMIN_DEFAULT_VIEW", "groupadmin"},
            {"GROUP_ADMIN_VIEWS", "groupadmin,cloud"},
            {"VIEWS", std::string{view}}};
}

}  // namespace

void World::update(Host& host)
{
    host.previous_state = host.state;
    host.written_again = true;
    if (monitor) monitor->update_host(host);
}

Group& add_group(World& world, std::string name)
{
    const int id = world.groups.next_id++;
    return world.groups.objects[id] = Group{.id = id, .name = std::move(name)};
}

User& add_user(World& world, std::string name, std::string password_or_hash, std::string driver,
               std::vector<int> groups)
{
    const int id = world.users.next_id++;
    User user{.id = id,
              .gid = groups.front(),
              .name = std::move(name),
              .password = std::move(password_or_hash),
              .driver = std::move(driver)};
    user.attributes.add("TOKEN_PASSWORD", random_password());
    for (const int gid : groups) {
        user.groups.insert(gid);
        if (auto* group = world.groups.find(gid)) group->users.insert(id);
    }
    user.group = world.groups.find(user.gid)->name;
    return world.users.objects[id] = std::move(user);
}

World fresh_world(std::string_view oneadmin_password, const std::vector<NewUser>& users)
{
    World world;
    add_group(world, "oneadmin");
    add_group(world, "users").attributes.add("SUNSTONE", views("cloud"));
    world.groups.next_id = 100;
    add_user(world, "oneadmin", password_hash(oneadmin_password), "core", {0});
    add_user(world, "serveradmin", password_hash(random_password()), "server_cipher", {0});

    auto& cluster = world.clusters.objects[0] = new_cluster(0, "default");
    world.clusters.next_id = 100;
    for (auto& datastore : default_datastores()) {
        cluster.datastores.insert(datastore.id);
        world.datastores.objects.emplace(datastore.id, std::move(datastore));
    }
    world.datastores.next_id = 100;
    world.rules = default_rules();
    world.next_rule = static_cast<int>(world.rules.size());

    for (const auto& user : users) {
        const auto* known = world.groups.find_by_name(user.group);
        const int gid = known ? known->id : add_group(world, user.group).id;
        add_user(world, user.name, password_hash(user.password), "core", {gid});
    }
    return world;
}

}  // namespace onedsim
