// POST /v1/recover/signed: the key of a certificate that has ended is still there, so its node gets a fresh one. Each
// time is counted, and told to the audit before the certificate is out.
#include "common/identity/certificate.hpp"
#include "common/identity/signature.hpp"
#include "common/log.hpp"
#include "common/text/encoding.hpp"
#include "common/text/moment.hpp"
#include "frontend/api/renewal.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

using one::ErrorKind;

one::Failure refuse(ErrorKind kind, std::string reason, std::string next)
{
    return one::fail({.kind = kind,
                      .thing = "this machine's certificate",
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = "recover"});
}

Result<> check(const Service& service, const Call& call, const one::wire::RecoveryRequest& request,
               const one::identity::Certificate& shown)
{
    const auto now_ms = service.now_ms();
    if (shown.not_after >= one::identity::Time{std::chrono::milliseconds{now_ms}})
        return refuse(ErrorKind::conflict, "it has not ended",
                      "compare the clocks: date -u; the agent renews it in time");
    if (!service.challenges.is_ours(request.nonce, call.node.id, now_ms / 1000))
        return refuse(ErrorKind::busy, "the challenge is too old, or of another replica", "ask for another one");
    TRY_LET(const auto signature, one::from_base64(request.signature));
    if (!one::identity::verify_signature(shown.public_key, text_to_sign(request), signature))
        return refuse(ErrorKind::denied, "the challenge was not signed by its key",
                      "onenode leave --offline, then join again with a new token");
    return {};
}

/// Only what was signed counts: who asks in vain while the signer is away did not come back.
Async<Result<Node>> count(Service& service, int id)
{
    Nodes::Edit edit = [](Node& present) -> Result<> {
        ++present.recoveries;
        return {};
    };
    co_return co_await service.nodes.change(id, std::move(edit));
}

AuditEvent recovered(const Service& service, const Call& call, const Node& node,
                     const one::identity::Certificate& shown)
{
    AuditEvent told{.event = "recovered", .time_ms = service.now_ms()};
    told.fields = {{"node", std::to_string(node.id)},
                   {"name", node.name},
                   {"request", call.id},
                   {"from", call.request.peer.address},
                   {"ended", one::rfc3339(shown.not_after)},
                   {"times", std::to_string(node.recoveries)}};
    return told;
}

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(auto request, one::wire::from_json<one::wire::RecoveryRequest>(call.request.body));
    CO_TRY_LET(const auto shown, one::identity::read_certificate(call.request.peer.certificate_pem));
    CO_TRY(check(service, call, request, shown));
    CO_TRY_LET(const auto renewal,
               co_await renew_certificate(service, call.node, std::move(request.certificate_request)));
    CO_TRY_LET(const auto node, co_await count(service, call.node.id));
    auto told = recovered(service, call, node, shown);
    CO_TRY(co_await tell_audit(service, std::move(told)));
    service.metrics.recovered();
    one::log::info("a node came back after its certificate had ended",
                   {{"node", node.id}, {"name", node.name}, {"ended", one::rfc3339(shown.not_after)}});
    co_return to_response(renewal);
}

}  // namespace

constinit const Route routes::recover_signed{"POST", "/v1/recover/signed", Caller::lapsed_node, answer};
}  // namespace onefrontend::api
