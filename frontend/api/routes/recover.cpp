// POST /v1/recover: a machine that was off for longer than its certificate lived hears what to sign.
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    one::wire::RecoveryChallenge challenge;
    challenge.nonce = service.challenges.make(call.node.id, service.now_ms() / 1000);
    co_return to_response(challenge);
}

}  // namespace

constinit const Route routes::recover{"POST", "/v1/recover", Caller::lapsed_node, answer};
}  // namespace onefrontend::api
