// How a request of an admin's is heard: from where, as whom, and what the audit log is told of it.
#pragma once

#include "frontend/api/admins.hpp"
#include "frontend/api/route.hpp"
#include "frontend/enroll/json.hpp"

namespace onefrontend::api {

Async<Result<one::http::Response>> answer_admin(Service& service, Call& call, AdminWish wish);

/// The object in a request's body, which has to be called JSON. A field that is none of `known` is refused: a limit that is misspelt is no limit.
Result<Json> object_in(const one::http::Request& request, std::vector<std::string_view> known);

}  // namespace onefrontend::api
