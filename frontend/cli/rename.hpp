// What an admin answers to a node whose host name changed.
#pragma once

#include "frontend/cli/admin.hpp"
#include "frontend/cli/terminal.hpp"
#include "frontend/enroll/node.hpp"

#include <string>

namespace onefrontend::cli {

Async<Result<Exit>> approve_rename(Admin& admin, Node node);
Async<Result<Exit>> reject_rename(Admin& admin, Node node);

/// What `node show` says of the node's name; nothing where all is well.
void show_names(Json& object, const Node& node);
/// "joined, to be kvm9", of `node list`.
std::string with_rename(std::string phase, const Node& node);

}  // namespace onefrontend::cli
