// What the routes of the proofs share.
#pragma once

#include "frontend/api/service.hpp"

namespace onefrontend::api {

/// Stores the proofs of a node and nothing else of it: a proof takes long, and its document may have changed meanwhile.
Async<Result<>> store_proofs(Service& service, const Node& node);

/// The ssh of the proofs and of OpenNebula knows the host keys of all nodes, this one's too.
Async<Result<>> refresh_ssh_trust(Service& service);

}  // namespace onefrontend::api
