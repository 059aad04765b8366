// oned turns an object's bits into three rules of its own and then matches rules: so do we.
#include "tests/oned-sim/objects/permission.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onedsim {
namespace {

constexpr std::int64_t individual = 0x100000000;
constexpr std::int64_t group_bit = 0x200000000;
constexpr std::int64_t everybody = 0x400000000;
constexpr std::int64_t in_cluster = 0x800000000;
constexpr std::int64_t id_mask = 0xffffffff;

std::int64_t number(ObjectType type)
{
    return static_cast<std::int64_t>(type);
}
std::int64_t number(Right right)
{
    return static_cast<std::int64_t>(right);
}

std::string_view word_for(Right right)
{
    switch (right) {
    case Right::use: return "USE";
    case Right::manage: return "MANAGE";
    case Right::admin: return "ADMIN";
    case Right::create: return "CREATE";
    }
    return "";
}

bool names(const AclRule& rule, const Caller& caller)
{
    if (rule.user & everybody) return true;
    const auto id = static_cast<int>(rule.user & id_mask);
    return (rule.user & individual) ? id == caller.uid : caller.groups.contains(id);
}

bool covers(const AclRule& rule, const Target& target)
{
    if (!(rule.resource & number(target.type))) return false;
    if (rule.resource & everybody) return true;
    const auto id = static_cast<int>(rule.resource & id_mask);
    if (rule.resource & individual) return id == target.id;
    if (rule.resource & in_cluster) return id == target.cluster;
    return (rule.resource & group_bit) && id == target.gid;
}

bool gives(const Bits& bits, Right right)
{
    switch (right) {
    case Right::use: return bits.use;
    case Right::manage: return bits.manage;
    case Right::admin: return bits.admin;
    case Right::create: return false;
    }
    return false;
}

bool allowed(const Caller& caller, const Target& target, Right right, const std::vector<AclRule>& rules)
{
    if (target.id >= 0) {
        if (target.uid == caller.uid && gives(target.permissions.owner, right)) return true;
        if (caller.groups.contains(target.gid) && gives(target.permissions.group, right)) return true;
        if (gives(target.permissions.other, right)) return true;
    }
    return std::ranges::any_of(rules, [&](const AclRule& rule) {
        return names(rule, caller) && (rule.rights & number(right)) && covers(rule, target);
    });
}

struct TypeName {
    std::int64_t bit = 0;
    std::string_view label{};
};

// In the order in which oned lists them; the types that we have no objects of only appear in its rules.
// clang-format off
constexpr TypeName type_names[] = {
    {0x1000000000, "VM"}, {0x2000000000, "HOST"}, {0x4000000000, "NET"}, {0x8000000000, "IMAGE"},
    {0x10000000000, "USER"}, {0x20000000000, "TEMPLATE"}, {0x40000000000, "GROUP"}, {0x100000000000, "DATASTORE"},
    {0x200000000000, "CLUSTER"}, {0x400000000000, "DOCUMENT"}, {0x800000000000, "ZONE"}, {0x1000000000000, "SECGROUP"},
    {0x2000000000000, "VDC"}, {0x4000000000000, "VROUTER"}, {0x8000000000000, "MARKETPLACE"},
    {0x10000000000000, "MARKETPLACEAPP"}, {0x20000000000000, "VMGROUP"}, {0x40000000000000, "VNTEMPLATE"},
    {0x100000000000000, "BACKUPJOB"},
};
// clang-format on

std::string who(std::int64_t field)
{
    if (field & everybody) return "*";
    const auto id = field & id_mask;
    if (field & individual) return fmt::format("#{}", id);
    if (field & group_bit) return fmt::format("@{}", id);
    return fmt::format("%{}", id);
}

}  // namespace

std::string_view word_for(ObjectType type)
{
    switch (type) {
    case ObjectType::host: return "host";
    case ObjectType::net: return "virtual network";
    case ObjectType::user: return "user";
    case ObjectType::group: return "group";
    case ObjectType::acl: return "ACL";
    case ObjectType::datastore: return "datastore";
    case ObjectType::cluster: return "cluster";
    case ObjectType::document: return "document";
    case ObjectType::zone: return "zone";
    case ObjectType::none: break;
    }
    return "-";
}

std::string_view label_for(ObjectType type)
{
    if (type == ObjectType::acl) return "ACL";
    const auto* found = std::ranges::find(type_names, number(type), &TypeName::bit);
    return found == std::end(type_names) ? "" : found->label;
}

Permissions fresh_permissions()
{
    return {.owner = {.use = true, .manage = true}};
}

std::vector<AclRule> default_rules()
{
    return {{0, group_bit | 1, 0x121429400000000, 8, everybody},
            {1, everybody, number(ObjectType::zone) | everybody, 1, everybody},
            {2, everybody, 0x18000400000000, 1, everybody},
            {3, group_bit | 1, number(ObjectType::host) | everybody, 2, individual},
            {4, group_bit | 1, number(ObjectType::net) | everybody, 1, individual},
            {5, group_bit | 1, number(ObjectType::datastore) | everybody, 1, individual}};
}

std::string to_text(const AclRule& rule)
{
    std::string types;
    for (const auto& [bit, label] : type_names)
        if (rule.resource & bit) types += fmt::format("{}{}", types.empty() ? "" : "+", label);
    std::string rights;
    for (const Right right : {Right::use, Right::manage, Right::admin, Right::create})
        if (rule.rights & number(right)) rights += fmt::format("{}{}", rights.empty() ? "" : "+", word_for(right));
    return fmt::format("{} {}/{} {} {}", who(rule.user), types, who(rule.resource), rights, who(rule.zone));
}

std::string to_xml(const AclRule& rule)
{
    return fmt::format(
        "<ACL><ID>{}</ID><USER>{:x}</USER><RESOURCE>{:x}</RESOURCE><RIGHTS>{:x}</RIGHTS><ZONE>{:x}</ZONE>"
        "<STRING>{}</STRING></ACL>",
        rule.id, rule.user, rule.resource, rule.rights, rule.zone, to_text(rule));
}

std::string denial(const Caller& caller, const Target& target, Right right, Lock lock,
                   const std::vector<AclRule>& rules)
{
    const bool locked = lock == Lock::heeded && target.lock > 0 && target.lock <= number(right);
    const auto which = target.id == -1 ? std::string{} : fmt::format(" [{}]", target.id);
    if (caller.is_admin())
        return locked ? fmt::format("{} is locked.{}", label_for(target.type), which) : std::string{};
    if (!locked && allowed(caller, target, right, rules)) return {};
    return fmt::format("Not authorized to perform {} {}{}", word_for(right), label_for(target.type), which);
}

}  // namespace onedsim
