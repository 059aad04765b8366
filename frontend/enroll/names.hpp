// The host NAME: what OpenNebula accepts, and who may have which.
#pragma once

#include "common/wire/messages.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/oned/client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

/// 2 to 63 of letters, digits, dot, underscore and dash; none of the last three first or last.
one::Result<> check_host_name(std::string_view name);

/// OpenNebula may or may not tell upper from lower case, depending on its database: we never do.
bool same_name(std::string_view left, std::string_view right);

struct Trier {
    std::string_view key{};
    std::string_view machine_id{};
    std::string_view address{};
    int token = -1;
};

/// The node of an applicant's earlier try: same key, or the same machine as long as its join was not finished. A
/// machine id is no secret, and clones share it: it counts from the same address or with the same token, and it never
/// opens a node that is joined. -1: none.
int earlier_try(const Trier& who, const std::vector<Node>& nodes);

struct NameClaim {
    std::string_view name{};
    int node = -1;           // who wants it, where that is a node already
    bool confirmed = false;  // our resolver knows the name as the address that the node comes from
};

/// Refuses a name that a node or host of somebody else has, or that belongs to the front-end. Who only says that the
/// name is theirs does not keep it from a node of whom our resolver says so.
one::Result<> check_name_is_free(const NameClaim& claim, const std::vector<Node>& nodes,
                                 const std::vector<oned::Host>& hosts, const std::vector<std::string>& reserved);

/// Whether this node holds its name against that claim.
bool holds_name(const Node& node, const NameClaim& claim);

}  // namespace onefrontend
