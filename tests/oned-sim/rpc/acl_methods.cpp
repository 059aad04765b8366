// one.acl.*
#include "tests/oned-sim/rpc/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace onedsim {
namespace {

constexpr std::int64_t this_zone = 0x100000000;

std::int64_t from_hex(std::string_view text)
{
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number, 16);
    return number;
}

std::string malformation(const AclRule& rule)
{
    if (!(rule.user & 0x700000000)) return "[user] is missing one of the INDIVIDUAL, GROUP or ALL bits";
    if (!(rule.resource & 0xF00000000))
        return "[resource] is missing one of the INDIVIDUAL, GROUP, CLUSTER or ALL bits";
    if (!(rule.resource >> 36)) return "[resource] type is missing";
    if (rule.rights == 0) return "wrong [rights], it cannot be 0";
    if (rule.rights > 0xF) return "wrong [rights], it cannot be bigger than 0xF";
    return {};
}

tl::expected<void, Refusal> may_manage_rules(const Request& request)
{
    return request.may({{{.type = ObjectType::acl}, Right::manage}});
}

Outcome add_rule(Request& request)
{
    if (auto given = may_manage_rules(request); !given) return tl::unexpected{given.error()};
    auto& world = request.world;
    AclRule rule{.id = world.next_rule,
                 .user = from_hex(request.text(1)),
                 .resource = from_hex(request.text(2)),
                 .rights = from_hex(request.text(3)),
                 .zone = this_zone};
    if (request.parameters.size() > 4 && !request.text(4).empty()) rule.zone = from_hex(request.text(4));
    for (AclRule known : world.rules) {
        known.id = rule.id;
        if (known == rule) return refuse(Code::internal, fmt::format("Rule {} already exists", to_text(rule)));
    }
    if (const auto problem = malformation(rule); !problem.empty())
        return refuse(Code::internal, fmt::format("Rule {} is malformed: {}", to_text(rule), problem));
    ++world.next_rule;
    world.rules.push_back(rule);
    return rule.id;
}

Outcome delete_rule(Request& request)
{
    if (auto given = may_manage_rules(request); !given) return tl::unexpected{given.error()};
    const int id = request.integer(1);
    if (std::erase_if(request.world.rules, [&](const AclRule& rule) { return rule.id == id; }) == 0)
        return refuse(Code::internal, fmt::format("Rule {} does not exist", id));
    return id;
}

Outcome info(Request& request)
{
    if (auto given = may_manage_rules(request); !given) return tl::unexpected{given.error()};
    auto rules = request.world.rules;
    std::ranges::stable_sort(rules, {}, &AclRule::user);
    std::string xml = "<ACL_POOL>";
    for (const auto& rule : rules)
        xml += to_xml(rule);
    return xml + "</ACL_POOL>";
}

constexpr Method methods[] = {
    {"one.acl.addrule", "sss?s", ObjectType::acl, add_rule},
    {"one.acl.delrule", "i", ObjectType::acl, delete_rule},
    {"one.acl.info", "", ObjectType::acl, info},
};

}  // namespace

std::span<const Method> acl_methods()
{
    return methods;
}

}  // namespace onedsim
