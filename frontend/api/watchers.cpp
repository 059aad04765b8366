// Three paths. What they tell is no secret, but nobody's business either: they are on a listener of their own.
#include "frontend/api/watchers.hpp"

#include "common/http/error_response.hpp"
#include "common/text/exposition.hpp"
#include "frontend/api/process.hpp"
#include "frontend/enroll/json.hpp"

namespace onefrontend::api {
namespace {

using one::http::Response;

Response plain(int status, std::string body, const char* type)
{
    return {
        .status = status, .headers = {{"Content-Type", type}, {"Cache-Control", "no-store"}}, .body = std::move(body)};
}

Response as_json(const Conditions& conditions)
{
    Json list = Json::array();
    for (const auto& [name, outcome] : conditions) {
        Json entry{{"name", name}, {"holds", outcome.has_value()}};
        if (!outcome) {
            entry["reason"] = to_line(outcome.error());
            const auto& next = outcome.error().next;
            entry["next"] = next.empty() ? "the log of `onefrontend serve` has more" : next;
        }
        list.push_back(std::move(entry));
    }
    const bool ready = all_hold(conditions);
    const Json whole{{"ready", ready}, {"conditions", std::move(list)}};
    return plain(ready ? 200 : 503, dump(whole) + '\n', "application/json");
}

void write_conditions(one::Exposition& to, const Conditions& conditions)
{
    to.single("ready", "Whether this replica can do its work: /ready.", all_hold(conditions) ? 1 : 0);
    to.family("condition", "What that needs, each by itself; /ready has the reasons.");
    for (const auto& [name, outcome] : conditions)
        to.sample(outcome ? 1 : 0, {{"name", std::string{name}}});
}

void write_connections(one::Exposition& to, const one::http::ServerCounts& counts)
{
    const auto number = [](std::uint64_t count) { return static_cast<std::int64_t>(count); };
    to.single("connections", "Connections of nodes that are open.", number(counts.open));
    to.single("connections_total", "Connections that were accepted.", number(counts.accepted), "counter");
    to.single("connections_turned_away_total", "Connections closed at once, because there were too many.",
              number(counts.turned_away), "counter");
    to.single("accept_failures_total", "Connections that could not be accepted, mostly for want of descriptors.",
              number(counts.failed_accepts), "counter");
    to.single("handshake_failures_total", "Handshakes of TLS or of the PROXY protocol that failed.",
              number(counts.failed_handshakes), "counter");
}

Async<Response> metrics(Watched watched)
{
    const auto conditions = co_await watched.readiness->look();
    const Service& service = *watched.service;
    one::Exposition to{"onefrontend"};
    to.family("build_info", "Its version; always 1.");
    to.sample(1, {{"version", ONENODE_VERSION}});
    write_conditions(to, conditions);
    write_connections(to, watched.connections());
    service.metrics.write(to);
    to.single("certificate_expires_timestamp_seconds", "When the service's own certificate ends, in Unix time.",
              service.certificate_ends);
    to.single("desired_state_revision", "Grows with each change of what nodes shall be.",
              static_cast<std::int64_t>(service.desired->revision()), "counter");
    co_return plain(200, to.text + process_metrics(service.started), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace

Async<Response> answer_watcher(Watched watched, one::http::Request request)
{
    const auto path = request.path();
    if (path == "/metrics") co_return co_await metrics(std::move(watched));
    if (path == "/live")
        co_return plain(200, "alive\n", "text/plain; charset=utf-8");  // this loop serves the nodes, too
    if (path == "/ready") {
        const auto conditions = co_await watched.readiness->look();
        co_return as_json(conditions);
    }
    co_return one::http::error_response(404, {.kind = one::ErrorKind::unsupported,
                                              .thing = std::string{path.substr(0, 200)},
                                              .reason = "there is no such path",
                                              .next = "/metrics, /live or /ready",
                                              .doing = "find"});
}

}  // namespace onefrontend::api
