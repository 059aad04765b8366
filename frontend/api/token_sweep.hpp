// Tokens that nobody can use any more do not pile up, nor do their claims.
#pragma once

#include "frontend/api/service.hpp"

namespace onefrontend::api {

/// A token that expired a week ago and that no node joined with is revoked, a day later removed, its claims after it.
/// Killed anywhere, the next one goes on. A document that cannot be read might be anybody's: then nothing is removed.
Async<Result<>> sweep_tokens(Service& service);

}  // namespace onefrontend::api
