// A node that joined shows sshd's clients a certificate of ours, which is made again in time.
#pragma once

#include "frontend/api/route.hpp"

namespace onefrontend::api {

/// Of the node that calls, within its own request, so that no other write of its document is under way. Where the signer cannot
/// help it is logged, and the node's pins go on to count: nothing waits for a certificate.
Async<> keep_host_certificates(Service& service, Call& call);

}  // namespace onefrontend::api
