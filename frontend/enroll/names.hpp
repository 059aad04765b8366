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

/// The node of an applicant's earlier try: same key, or the same machine as long as its join was not finished. A
/// machine id is no secret, so it never opens a node that is joined. -1: none.
int earlier_try(std::string_view key, std::string_view machine_id, const std::vector<Node>& nodes);

/// Refuses a name that a node or host of somebody else has, or that belongs to the front-end.
one::Result<> check_name_is_free(std::string_view name, int own_node, const std::vector<Node>& nodes,
                                 const std::vector<oned::Host>& hosts, const std::vector<std::string>& reserved);

}  // namespace onefrontend
