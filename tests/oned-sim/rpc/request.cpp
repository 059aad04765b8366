// What many methods do alike: ask for rights, change a template.
#include "tests/oned-sim/rpc/request.hpp"

#include <fmt/format.h>

namespace onedsim {

tl::expected<void, Refusal> Request::may(const std::vector<std::pair<Target, Right>>& wanted, Lock lock) const
{
    std::string denied;
    for (const auto& [target, right] : wanted) {
        const auto text = denial(caller, target, right, lock, world.rules);
        if (!text.empty()) denied += (denied.empty() ? "" : "; ") + text;
    }
    if (denied.empty()) return {};
    return refuse(Code::authorization, denied);
}

bool Request::may_use(const Target& target) const
{
    return denial(caller, target, Right::use, Lock::ignored, world.rules).empty();
}

tl::expected<void, Refusal> Request::may_create(ObjectType type, const Cluster* in) const
{
    std::vector<std::pair<Target, Right>> wanted{{{.type = type, .uid = caller.uid, .gid = caller.gid}, Right::create}};
    if (in) wanted.emplace_back(target_of(*in), Right::admin);
    return may(wanted);
}

Target target_of(const Host& host)
{
    return {.type = ObjectType::host,
            .id = host.id,
            .uid = 0,
            .gid = 0,
            .cluster = host.cluster,
            .permissions = fresh_permissions()};
}

tl::expected<void, Refusal> update_attributes(Attributes& held, const std::string& text, int type)
{
    if (type < 0 || type > 1) return refuse(Code::rpc_api, "Wrong update type");
    auto parsed = Attributes::parse(text);
    if (!parsed) return refuse(Code::internal, "Cannot update template. " + parsed.error().reason);
    auto wanted = held;
    if (type == 0)
        wanted = *std::move(parsed);
    else
        wanted.merge(*parsed);
    wanted.drop_empty_vectors();
    if (storable(wanted)) held = std::move(wanted);  // else oned says it was done, and nothing was
    return {};
}

}  // namespace onedsim
