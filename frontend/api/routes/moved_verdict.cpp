// POST /v1/moved/verdict: we log in to the address that the node reported, as at its join, and use it from then on.
#include "frontend/api/moved.hpp"
#include "frontend/api/proofs.hpp"
#include "frontend/api/route.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/place.hpp"

#include <algorithm>
#include <array>

namespace onefrontend::api {
namespace {

using Findings = std::vector<one::wire::Finding>;

one::Failure nothing_to_prove(const Node& node, const std::string& source)
{
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = "node " + node.name,
                      .reason = "it reported no new address from " + source,
                      .next = "systemctl restart onenode.service",
                      .doing = "move"});
}

/// What a thief of the certificate cannot show: sshd with the pinned host key, and what root there wrote. The NAME may
/// still lead to where the node was; that is told, but it is no reason to go on knocking there.
bool is_proven(const Findings& findings)
{
    constexpr std::array ids{"ssh-host-key", "ssh-login"};
    return std::ranges::all_of(ids, [&](std::string_view id) {
        const auto found = std::ranges::find(findings, id, &one::wire::Finding::id);
        return found != findings.end() && found->severity == "ok";
    });
}

AuditEvent to_event(const Service& service, std::string_view event, const Call& call)
{
    const Node& before = call.node;
    AuditEvent told{.event = event, .time_ms = service.now_ms()};
    told.fields = {{"node", std::to_string(before.id)},
                   {"name", before.name},
                   {"request", call.id},
                   {"from", before.address},
                   {"to", before.move.address}};
    return told;
}

Async<Result<one::http::Response>> refuse(Service& service, const Call& call, Findings findings)
{
    Node node = call.node;
    const auto* error = first_error(findings);
    auto event = to_event(service, "move-refused", call);
    event.fields.emplace_back("reason", error ? error->message : "the login is not proven");
    CO_TRY(co_await tell_audit(service, std::move(event)));
    node.move = {};
    CO_TRY(co_await store_whereabouts(service, call.node, node));
    auto said = moved_answer(node);
    for (auto& finding : findings)
        if (finding.severity == "error") said.findings.push_back(std::move(finding));
    co_return to_response(said);
}

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    const Node& before = call.node;
    CO_TRY(must_be_joined(before));
    const auto source = normal_address(call.request.peer.address);
    if (before.move.nonce.empty() || before.move.address != source) co_return nothing_to_prove(before, source);
    CO_TRY_LET(const auto others, co_await look_at_others(service));
    CO_TRY(check_address_is_free(before, source, others));

    Node node = before;
    node.address = source;
    node.facts.addresses = before.move.addresses;
    node.proofs.login_nonce = before.move.nonce;
    CO_TRY_LET(const auto proving, BeingProven::begin(service, before));
    auto report = co_await service.procedures->check_login(node);
    if (!is_proven(report.findings)) co_return co_await refuse(service, call, std::move(report.findings));
    node.move = {};
    take_host_name(node, before.facts.host_name, service.now_ms() / 1000);  // where its NAME was the address
    CO_TRY(co_await judge_names(service, node, others));
    CO_TRY(co_await store_whereabouts(service, before, node));
    auto event = to_event(service, "moved", call);
    CO_TRY(co_await tell_audit(service, std::move(event)));
    co_return to_response(moved_answer(node));
}

}  // namespace

constinit const Route routes::moved_verdict{"POST", "/v1/moved/verdict", Caller::node, answer};
}  // namespace onefrontend::api
