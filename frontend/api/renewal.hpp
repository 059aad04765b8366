// A fresh certificate for a node's key. A new key is pending until it is first used; until then the old one counts too.
#pragma once

#include "frontend/api/service.hpp"
#include "frontend/enroll/node.hpp"

#include <string>

namespace onefrontend::api {

Async<Result<one::wire::RenewAnswer>> renew_certificate(Service& service, Node node, std::string certificate_request);

}  // namespace onefrontend::api
