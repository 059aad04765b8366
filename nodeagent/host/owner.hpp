// Whose a file is, or shall be.
#pragma once

#include "common/text/number.hpp"
#include "nodeagent/host/host.hpp"

#include <cstdint>
#include <string_view>

namespace onenode {

struct Owner {
    uid_t uid = 0;
    gid_t gid = 0;
};

/// Names or numbers; without a group the owner's primary one.
inline Result<Owner> owner_of(const HostView& host, std::string_view name, std::string_view group_name)
{
    Owner owner;
    if (const auto uid = one::to_number<std::uint32_t>(name)) {
        owner.uid = *uid;
        if (const auto user = host.user_by_id(*uid)) owner.gid = user->gid;
    } else {
        TRY_LET(const auto user, host.user(name));
        owner = {user.uid, user.gid};
    }
    if (group_name.empty()) return owner;
    if (const auto gid = one::to_number<std::uint32_t>(group_name)) {
        owner.gid = *gid;
        return owner;
    }
    TRY_LET(const auto group, host.group(group_name));
    owner.gid = group.gid;
    return owner;
}

}  // namespace onenode
