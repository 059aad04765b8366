// POST /v1/moved: where a joined node is now, and how it is called. An address that is new is used once its login is
// proven; a host name that is new waits for an admin.
#include "frontend/api/moved.hpp"
#include "frontend/api/route.hpp"
#include "frontend/enroll/facts.hpp"
#include "frontend/enroll/twins.hpp"

namespace onefrontend::api {
namespace {

bool is_new_wish(const Node& now, const Node& before)
{
    return waits_for_rename(now) && now.rename.name != before.rename.name;
}

Async<Result<>> tell_of_wish(Service& service, const Call& call, const Node& node)
{
    auto told = event_of(service, "rename-asked", call, node);
    told.fields.emplace_back("wanted", node.rename.name);
    co_return co_await tell_audit(service, std::move(told));
}

bool has_same_marks(const Node& left, const Node& right)
{
    return left.facts.libvirt_uuid == right.facts.libvirt_uuid &&
           left.facts.iscsi_initiator == right.facts.iscsi_initiator;
}

/// An agent that tells nothing of them is older than these findings, and would take them for ones of its address.
std::vector<Twin> grave_twins(const Node& node, const one::wire::MovedRequest& told, const std::vector<Node>& nodes)
{
    if (told.libvirt_uuid.empty() && told.iscsi_initiator.empty()) return {};
    auto twins = twins_of(node, nodes);
    std::erase_if(twins, [](const Twin& twin) { return !is_grave(twin); });
    return twins;
}

Async<Result<>> tell_of_twins(Service& service, const Call& call, Node node, std::vector<Twin> twins)
{
    auto told = event_of(service, "twin-found", call, node);
    told.fields.emplace_back("shares", to_text(twins.front()));
    co_return co_await tell_audit(service, std::move(told));
}

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(const auto told, one::wire::from_json<one::wire::MovedRequest>(call.request.body));
    Node node = call.node;
    CO_TRY(must_be_joined(node));
    auto facts = node.facts;
    facts.host_name = told.host_name;
    facts.addresses = told.addresses;
    take_marks(facts, told);
    CO_TRY(check_facts(facts));
    CO_TRY_LET(const auto others, co_await look_at_others(service));
    CO_TRY_LET(const auto address, address_now(node, told.addresses, call.request.peer.address, others));

    one::wire::LoginChallenge challenge;
    node.move = {};
    if (address == node.address) {
        node.facts.addresses = told.addresses;
    } else {
        Node there = node;
        CO_TRY_LET(challenge, service.procedures->challenge_login(there));
        node.move = {.address = address, .addresses = told.addresses, .nonce = challenge.nonce};
    }
    take_marks(node.facts, told);
    take_host_name(node, told.host_name, service.now_ms() / 1000);
    CO_TRY(co_await judge_names(service, node, others));
    CO_TRY(co_await store_whereabouts(service, call.node, node));
    if (is_new_wish(node, call.node)) CO_TRY(co_await tell_of_wish(service, call, node));
    const auto twins = grave_twins(node, told, others.nodes);
    if (!twins.empty() && !has_same_marks(node, call.node)) CO_TRY(co_await tell_of_twins(service, call, node, twins));
    auto said = moved_answer(node);
    for (auto& finding : findings_of(node, twins))
        said.findings.push_back(std::move(finding));
    said.challenge = std::move(challenge);
    co_return to_response(said);
}

}  // namespace

constinit const Route routes::moved{"POST", "/v1/moved", Caller::node, answer};
}  // namespace onefrontend::api
