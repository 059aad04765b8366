// one.user.*, one.userpool.info, one.group.*, one.grouppool.info
#include "tests/oned-sim/rpc/request.hpp"

#include "common/text/encoding.hpp"
#include "tests/oned-sim/rpc/authentication.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onedsim {
namespace {

constexpr auto user_type = ObjectType::user;
constexpr auto group_type = ObjectType::group;
constexpr std::size_t most_tokens = 10;

tl::expected<User*, Refusal> managed(Request& request, Right right = Right::manage)
{
    return reach(request, request.world.users, user_type, request.integer(1), right);
}

std::vector<int> wanted_groups(const Request& request)
{
    std::vector<int> groups;
    if (request.parameters.size() > 4)
        for (const auto& value : std::get<one::xmlrpc::Array>(request.parameters[4].data))
            if (const auto* id = std::get_if<std::int64_t>(&value.data)) groups.push_back(static_cast<int>(*id));
    return groups;
}

std::string user_problem(const Request& request)
{
    const auto& name = request.text(1);
    if (auto problem = password_problem(request.text(2)); !problem.empty()) return problem + ".";
    if (auto problem = name_problem(name, " :\t\n\v\f\r"); !problem.empty()) return problem + ".";
    const auto* other = request.world.users.find_by_name(name);
    return other ? fmt::format("NAME is already taken by USER {}.", other->id) : "";
}

Outcome allocate(Request& request)
{
    auto& world = request.world;
    auto groups = wanted_groups(request);
    std::vector<std::pair<Target, Right>> wanted{
        {{.type = user_type, .uid = request.caller.uid, .gid = request.caller.gid}, Right::create}};
    for (const int gid : groups) {
        const auto* group = world.groups.find(gid);
        if (!group) return no_such(group_type, gid);
        if (gid != request.caller.gid) wanted.emplace_back(target_of(*group), Right::manage);
    }
    if (auto given = request.may(wanted); !given) return tl::unexpected{given.error()};
    if (groups.empty()) groups.push_back(request.caller.gid == 0 ? 1 : request.caller.gid);
    if (const auto problem = user_problem(request); !problem.empty()) return refuse(Code::internal, problem);
    const std::string driver = request.text(3).empty() ? "core" : request.text(3);
    return add_user(world, request.text(1), driver == "core" ? password_hash(request.text(2)) : request.text(2), driver,
                    groups)
        .id;
}

Outcome remove(Request& request)
{
    const auto user = managed(request);
    if (!user) return tl::unexpected{user.error()};
    const int id = (*user)->id;
    if (id == 0) return refuse(Code::action, "Cannot delete user. oneadmin cannot be deleted.");
    for (auto& [gid, group] : request.world.groups.objects)
        group.users.erase(id);
    request.world.users.objects.erase(id);
    return id;
}

Outcome info(Request& request)
{
    const int id = request.integer(1) == -1 ? request.caller.uid : request.integer(1);
    const auto user = reach(request, request.world.users, user_type, id, Right::use, Lock::ignored);
    if (!user) return tl::unexpected{user.error()};
    return to_xml(**user, Extent::with_quotas);
}

Outcome set_password(Request& request)
{
    const auto user = managed(request);
    if (!user) return tl::unexpected{user.error()};
    if (auto problem = password_problem(request.text(2)); !problem.empty()) return refuse(Code::action, problem);
    (*user)->password = (*user)->driver == "core" ? password_hash(request.text(2)) : request.text(2);
    (*user)->tokens.clear();
    return (*user)->id;
}

Outcome update(Request& request)
{
    const auto user = managed(request);
    if (!user) return tl::unexpected{user.error()};
    if (auto done = update_attributes((*user)->attributes, request.text(2), request.integer(3, 0)); !done)
        return tl::unexpected{done.error()};
    return (*user)->id;
}

Outcome enable(Request& request)
{
    const auto user = managed(request, Right::admin);
    if (!user) return tl::unexpected{user.error()};
    if ((*user)->id == 0) return refuse(Code::action, "Cannot enable/disable oneadmin user");
    (*user)->enabled = request.truth(2, true);
    return (*user)->id;
}

tl::expected<Group*, Refusal> group_of(Request& request, Right on_group)
{
    auto* user = request.world.users.find(request.integer(1));
    if (!user) return no_such(user_type, request.integer(1));
    auto* group = request.world.groups.find(request.integer(2));
    if (!group) return no_such(group_type, request.integer(2));
    if (auto given = request.may({{target_of(*user), Right::manage}, {target_of(*group), on_group}}); !given)
        return tl::unexpected{given.error()};
    return group;
}

Outcome change_group(Request& request)
{
    if (request.integer(2) < 0) return refuse(Code::rpc_api, "Wrong group ID");
    const auto group = group_of(request, Right::use);
    if (!group) return tl::unexpected{group.error()};
    auto& user = *request.world.users.find(request.integer(1));
    if (user.id == 0)
        return refuse(Code::internal, "user [0] oneadmin cannot be moved outside of the group [0] oneadmin");
    if (user.gid == (*group)->id) return user.id;
    if (user.groups.insert((*group)->id).second) {
        user.groups.erase(user.gid);
        request.world.groups.find(user.gid)->users.erase(user.id);
    }
    user.gid = (*group)->id;
    user.group = (*group)->name;
    (*group)->users.insert(user.id);
    return user.id;
}

Outcome add_to_group(Request& request)
{
    const auto group = group_of(request, Right::manage);
    if (!group) return tl::unexpected{group.error()};
    auto& user = *request.world.users.find(request.integer(1));
    if (!user.groups.insert((*group)->id).second) return refuse(Code::action, "User is already in this group");
    (*group)->users.insert(user.id);
    return user.id;
}

Outcome remove_from_group(Request& request)
{
    const auto group = group_of(request, Right::manage);
    if (!group) return tl::unexpected{group.error()};
    auto& user = *request.world.users.find(request.integer(1));
    if (user.gid == (*group)->id) return refuse(Code::action, "Cannot remove user from the primary group");
    if (user.groups.erase((*group)->id) == 0) return refuse(Code::action, "User is not part of this group");
    (*group)->users.erase(user.id);
    return user.id;
}

Outcome reset_token(User& user, const std::string& token)
{
    if (token.empty())
        user.tokens.clear();
    else if (user.tokens.erase(token) == 0)
        return refuse(Code::rpc_api, "Could not find token: " + token);
    return token;
}

Outcome login(Request& request)
{
    auto& world = request.world;
    const auto* found = world.users.find_by_name(request.text(1));
    if (!found) return no_such(user_type, -1);
    auto& user = *world.users.find(found->id);
    if (auto given = request.may({{target_of(user), Right::manage}}); !given) return tl::unexpected{given.error()};

    const int seconds = request.integer(3);
    const int group = request.integer(4, -1);
    if (seconds == 0) return reset_token(user, request.text(2));
    if (seconds < -1) return refuse(Code::rpc_api, "Wrong valid period for token");
    if (group != -1 && !request.caller.is_admin() &&
        !(user.groups.contains(group) && request.caller.groups.contains(group)))
        return refuse(Code::rpc_api, "EGID is not in user group list");
    if (group == -1 && user.groups != request.caller.groups)
        return refuse(Code::rpc_api, "Cannot create a full token with a specific group token");
    drop_expired_tokens(user, request.now);
    if (user.tokens.size() >= most_tokens) return refuse(Code::rpc_api, "Max number of tokens limit reached.");
    const std::string token = request.text(2).empty() ? one::to_hex(one::random_bytes(32)) : request.text(2);
    user.tokens[token] = {.expires = seconds == -1 ? -1 : request.now + seconds, .group = group};
    return token;
}

Outcome pool_info(Request& request)
{
    std::string xml = "<USER_POOL>";
    for (const auto* user : request.world.users.newest_first())
        if (request.may_use(target_of(*user)))
            xml += to_xml(*user, Extent::alone) + quotas_xml("QUOTAS", fmt::format("<ID>{}</ID>", user->id));
    return xml + quotas_xml("DEFAULT_USER_QUOTAS") + "</USER_POOL>";
}

Outcome allocate_group(Request& request)
{
    if (auto given = request.may_create(group_type); !given) return tl::unexpected{given.error()};
    auto& world = request.world;
    const auto& name = request.text(1);
    if (auto problem = name_problem(name); !problem.empty()) return refuse(Code::internal, problem);
    if (const auto* other = world.groups.find_by_name(name))
        return refuse(Code::internal, fmt::format("NAME is already taken by GROUP {}.", other->id));
    return add_group(world, name).id;
}

Outcome group_info(Request& request)
{
    const int id = request.integer(1) == -1 ? request.caller.gid : request.integer(1);
    const auto group = reach(request, request.world.groups, group_type, id, Right::use, Lock::ignored);
    if (!group) return tl::unexpected{group.error()};
    return to_xml(**group, Extent::with_quotas);
}

Outcome group_pool_info(Request& request)
{
    std::string xml = "<GROUP_POOL>";
    for (const auto* group : request.world.groups.newest_first())
        if (request.may_use(target_of(*group)))
            xml += to_xml(*group, Extent::alone) + quotas_xml("QUOTAS", fmt::format("<ID>{}</ID>", group->id)) +
                   fmt::format("<VLAN_RULES><ID><![CDATA[{}]]></ID></VLAN_RULES>", group->id);
    return xml + quotas_xml("DEFAULT_GROUP_QUOTAS") + "</GROUP_POOL>";
}

constexpr Method methods[] = {
    {"one.user.allocate", "sss?a", user_type, allocate},
    {"one.user.delete", "i", user_type, remove},
    {"one.user.info", "i?b", user_type, info},
    {"one.user.passwd", "is", user_type, set_password},
    {"one.user.update", "is?i", user_type, update},
    {"one.user.enable", "ib", user_type, enable},
    {"one.user.chgrp", "ii", user_type, change_group},
    {"one.user.addgroup", "ii", user_type, add_to_group},
    {"one.user.delgroup", "ii", user_type, remove_from_group},
    {"one.user.login", "ssi?i", user_type, login},
    {"one.userpool.info", "", user_type, pool_info},
    {"one.group.allocate", "s", group_type, allocate_group},
    {"one.group.info", "i?b", group_type, group_info},
    {"one.grouppool.info", "", group_type, group_pool_info},
};

}  // namespace

std::span<const Method> account_methods()
{
    return methods;
}

}  // namespace onedsim
