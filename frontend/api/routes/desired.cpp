// GET /v1/desired?wait=SECONDS: the desired state, or 304 where it is still the one the node has.
#include "common/text/words.hpp"
#include "common/wire/headers.hpp"
#include "frontend/api/host_certificates.hpp"
#include "frontend/api/query.hpp"
#include "frontend/api/route.hpp"
#include "frontend/enroll/key_ring.hpp"

#include <chrono>

namespace onefrontend::api {
namespace {

constexpr std::chrono::seconds longest_wait{60};  // the server's own limit of a request is above that
constexpr std::chrono::milliseconds look_interval{500};

/// With each answer the agent hears which authorities count, the one that signs first: where it knows others, it renews.
one::http::Response with_authorities(one::http::Response response, const std::vector<std::string>& pins)
{
    if (!pins.empty()) response.headers.emplace_back(one::wire::authorities_header, one::join(pins, ","));
    return response;
}

one::http::Response not_modified(const Service& service)
{
    one::http::Response response;
    response.status = 304;
    return with_authorities(std::move(response), service.authorities.pins);
}

one::http::Response changed(const Service& service, const Call& call, const DesiredInputs& inputs,
                            const std::string& version)
{
    const bool is_apart = call.request.header(one::wire::neighbours_header) == one::wire::neighbours_apart;
    auto response =
        is_apart ? json_response(desired_text_for(call.node, inputs)) : to_response(desired_for(call.node, inputs));
    response.headers.emplace_back("ETag", '"' + version + '"');
    return with_authorities(std::move(response), service.authorities.pins);
}

/// Only an agent asks for this, and it runs once its machine knows that it has joined.
Async<Result<>> settle(Service& service, const Node& node)
{
    if (node.settled || node.phase != Phase::joined) co_return Result<>{};
    Nodes::Edit settle = [](Node& present) -> Result<> {
        if (present.phase == Phase::joined) present.settled = true;
        return {};
    };
    CO_TRY(co_await service.nodes.change(node.id, std::move(settle)));
    co_return Result<>{};
}

/// An agent names a version once it has made it true: so it lets oneadmin in by these keys.
Async<Result<>> note_keys(Service& service, Node& node, const DesiredInputs& inputs)
{
    auto has = fingerprints_of(inputs.oneadmin_keys);
    if (node.phase != Phase::joined || node.oneadmin_keys == has) co_return Result<>{};
    Nodes::Edit note = [&has](Node& present) -> Result<> {
        present.oneadmin_keys = has;
        return {};
    };
    CO_TRY(co_await service.nodes.change(node.id, std::move(note)));
    node.oneadmin_keys = std::move(has);
    co_return Result<>{};
}

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    const auto known = known_tag(call.request);
    CO_TRY_LET(const auto wait, seconds_of(call.request, "wait", longest_wait));
    CO_TRY(co_await settle(service, call.node));
    co_await keep_host_certificates(service, call);
    const auto pins = service.authorities.pins;
    const auto until = std::chrono::steady_clock::now() + wait;
    while (true) {
        const auto revision = service.desired->revision();
        CO_TRY_LET(const auto inputs, service.desired->inputs());
        const auto version = version_for(call.node, *inputs);
        if (version != known) co_return changed(service, call, *inputs, version);
        CO_TRY(co_await note_keys(service, call.node, *inputs));
        while (service.desired->revision() == revision && !service.desired->refuses(call.node.id)) {
            const bool is_over = service.stopping || std::chrono::steady_clock::now() >= until;
            if (is_over || service.authorities.pins != pins) co_return not_modified(service);
            const bool waited = co_await one::pause(look_interval);
            if (!waited) co_return not_modified(service);
        }
        // Not for each of the thousands that wake at once: it was identified a minute ago at most, and what is new of
        // the node itself its next question sees, which follows the answer. Who was removed meanwhile hears why.
        if (service.desired->refuses(call.node.id)) CO_TRY(co_await identify(service, call, Caller::node));
    }
}

}  // namespace

constinit const Route routes::desired{"GET", "/v1/desired", Caller::node, answer};
}  // namespace onefrontend::api
