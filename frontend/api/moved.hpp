// What the routes share that a node calls when it has another address or another host name.
#pragma once

#include "frontend/api/service.hpp"
#include "frontend/enroll/moved.hpp"

namespace onefrontend::api {

Async<Result<Others>> look_at_others(Service& service);

/// Only of a node that joined: before, enrollment says where it is.
Result<> must_be_joined(const Node& node);

/// Whether OpenNebula finds it by its NAME, and whether it would by the one that waits: into `node`.
Async<Result<>> judge_names(Service& service, Node& node, Others others);

/// Stores where it is and how it is called, and nothing else of it; our SSH and the other nodes learn of it at once. An
/// error of kind busy where an admin renamed it meanwhile.
Async<Result<>> store_whereabouts(Service& service, Node before, Node after);

}  // namespace onefrontend::api
