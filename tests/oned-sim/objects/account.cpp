// How users and groups look, and what oned takes as a name or a password.
#include "tests/oned-sim/objects/account.hpp"

#include "common/text/encoding.hpp"

#include <fmt/format.h>

namespace onedsim {
namespace {

constexpr std::string_view quotas = "<DATASTORE_QUOTA></DATASTORE_QUOTA><NETWORK_QUOTA></NETWORK_QUOTA><VM_QUOTA></"
                                    "VM_QUOTA><IMAGE_QUOTA></IMAGE_QUOTA>";

std::string tokens_xml(const User& user)
{
    std::string xml;
    for (const auto& [token, held] : user.tokens)
        xml += fmt::format(
            "<LOGIN_TOKEN><TOKEN>{}</TOKEN><EXPIRATION_TIME>{}</EXPIRATION_TIME><EGID>{}</EGID></LOGIN_TOKEN>", token,
            held.expires, held.group);
    return xml;
}

}  // namespace

Target target_of(const User& user)
{
    return {
        .type = ObjectType::user, .id = user.id, .uid = user.id, .gid = user.gid, .permissions = fresh_permissions()};
}

Target target_of(const Group& group)
{
    return {.type = ObjectType::group,
            .id = group.id,
            .uid = 0,
            .gid = group.id,
            .permissions = {.owner = {.use = true, .manage = true}, .group = {.use = true}}};
}

std::string quotas_xml(std::string_view element, std::string_view before)
{
    return fmt::format("<{0}>{1}{2}</{0}>", element, before, quotas);
}

std::string ids_xml(std::string_view element, const std::set<int>& ids)
{
    std::string xml = fmt::format("<{}>", element);
    for (const int id : ids)
        xml += fmt::format("<ID>{}</ID>", id);
    return xml + fmt::format("</{}>", element);
}

std::string to_xml(const User& user, Extent extent)
{
    const std::string more = extent == Extent::alone ? "" : std::string{quotas} + quotas_xml("DEFAULT_USER_QUOTAS");
    return fmt::format(
        "<USER><ID>{}</ID><GID>{}</GID>{}<GNAME>{}</GNAME><NAME>{}</NAME><PASSWORD><![CDATA[{}]]></PASSWORD>"
        "<AUTH_DRIVER><![CDATA[{}]]></AUTH_DRIVER><ENABLED>{:d}</ENABLED>{}{}{}</USER>",
        user.id, user.gid, ids_xml("GROUPS", user.groups), user.group, user.name, user.password, user.driver,
        user.enabled, tokens_xml(user), user.attributes.to_xml("TEMPLATE"), more);
}

std::string to_xml(const Group& group, Extent extent)
{
    std::string more;
    if (extent == Extent::with_quotas)
        more = fmt::format("{}<VLAN_RULES><ID><![CDATA[{}]]></ID></VLAN_RULES>{}", quotas, group.id,
                           quotas_xml("DEFAULT_GROUP_QUOTAS"));
    return fmt::format("<GROUP><ID>{}</ID><NAME>{}</NAME>{}{}{}{}</GROUP>", group.id, group.name,
                       group.attributes.to_xml("TEMPLATE"), ids_xml("USERS", group.users),
                       ids_xml("ADMINS", group.admins), more);
}

std::string name_problem(std::string_view name, std::string_view more_forbidden)
{
    if (name.empty()) return "Invalid NAME, it cannot be empty";
    const std::string forbidden = "&|:\\\";/'#{}$<>\t\n\v\f\r" + std::string{more_forbidden};
    if (const auto at = name.find_first_of(forbidden); at != std::string_view::npos)
        return fmt::format("Invalid NAME, char '{}' is not allowed", name[at]);
    return name.size() > 128 ? "Invalid NAME, max length is 128 chars" : "";
}

std::string password_problem(std::string_view password)
{
    if (password.empty()) return "Invalid password, it cannot be empty";
    if (password.size() > 256)
        return "Password is longer than max allowed length. Max allowed length for the driver core : 256 bytes";
    if (const auto at = password.find_first_of(" \t\n\v\f\r"); at != std::string_view::npos)
        return fmt::format("Invalid password, character '{}' is not allowed", password[at]);
    return {};
}

std::string password_hash(std::string_view password)
{
    return one::to_hex(one::sha256(password));
}

}  // namespace onedsim
