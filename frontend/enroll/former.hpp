// Who has the name that a machine takes over by a token made to replace it.
#pragma once

#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/node.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

struct Former {
    std::vector<Node> nodes{};
    oned::Host host{};  // its id is -1: there is none
    [[nodiscard]] bool empty() const { return nodes.empty() && host.id < 0; }
};

/// `own` is the node of the machine itself, which is nobody's predecessor. Refused as long as VMs are on the host: they
/// would be lost to OpenNebula.
Result<Former> find_former(std::string_view name, int own, const std::vector<Node>& nodes,
                           const std::vector<oned::Host>& hosts);

/// As if it was not there, for whoever looks whether a name is free.
void leave_out(const Former& former, std::vector<Node>& nodes, std::vector<oned::Host>& hosts);

/// What `node remove` does. May be killed anywhere: the next one goes on.
Async<Result<>> remove_former(Cloud& cloud, Former former, std::int64_t now);

/// "node 12 and host 7"
std::string to_text(const Former& former);

}  // namespace onefrontend
