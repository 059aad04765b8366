// Machines that enrolled and never finished their join do not keep a name for ever.
#pragma once

#include "frontend/api/service.hpp"

namespace onefrontend::api {

/// A node without a host whose join was not finished within a week is forgotten, its token's use stays spent. Killed
/// anywhere, the next one goes on.
Async<Result<>> sweep_nodes(Service& service);

}  // namespace onefrontend::api
