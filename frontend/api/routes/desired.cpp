// GET /v1/desired?wait=SECONDS: the desired state, or 304 where it is still the one the node has.
#include "common/text/words.hpp"
#include "frontend/api/host_certificates.hpp"
#include "frontend/api/query.hpp"
#include "frontend/api/route.hpp"

#include <chrono>

namespace onefrontend::api {
namespace {

constexpr std::chrono::seconds longest_wait{60};  // the server's own limit of a request is above that
constexpr std::chrono::milliseconds look_interval{500};

std::string known_version(const one::http::Request& request)
{
    auto tag = one::trim(request.header("If-None-Match"));
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') tag = tag.substr(1, tag.size() - 2);
    return std::string{tag};
}

one::http::Response not_modified()
{
    one::http::Response response;
    response.status = 304;
    return response;
}

one::http::Response changed(const one::wire::DesiredState& state)
{
    auto response = to_response(state);
    response.headers.emplace_back("ETag", '"' + state.version + '"');
    return response;
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

Async<Result<one::http::Response>> answer(Service& service, Call call)
{
    const auto known = known_version(call.request);
    CO_TRY_LET(const auto wait, seconds_of(call.request, "wait", longest_wait));
    CO_TRY(co_await settle(service, call.node));
    co_await keep_host_certificates(service, call.node);
    const auto until = std::chrono::steady_clock::now() + wait;
    while (true) {
        const auto revision = service.desired->revision();
        CO_TRY_LET(const auto inputs, service.desired->inputs());
        const auto state = desired_for(call.node, inputs);
        if (state.version != known) co_return changed(state);
        while (service.desired->revision() == revision) {
            if (service.stopping || std::chrono::steady_clock::now() >= until) co_return not_modified();
            if (!co_await one::pause(look_interval)) co_return not_modified();
        }
        CO_TRY_LET(call.node,
                   co_await identify(service, call.request.peer, Caller::node));  // it may have been removed meanwhile
    }
}

}  // namespace

constinit const Route routes::desired{"GET", "/v1/desired", Caller::node, answer};
}  // namespace onefrontend::api
