// Puts the service together, and writes to its audit log.
#include "frontend/api/service.hpp"

#include "frontend/api/route.hpp"

#include <chrono>

namespace onefrontend::api {
namespace {

std::int64_t system_now_ms()
{
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

}  // namespace

Service::Service(Cloud& with_cloud, Procedures& with_procedures, Signing& with_signing, DesiredSource& with_desired,
                 Authorities ours, std::string audit_log, one::asio::thread_pool& with_pool) :
    cloud(&with_cloud),
    procedures(&with_procedures),
    signing(&with_signing),
    desired(&with_desired),
    authorities(std::move(ours)),
    nodes(with_cloud),
    claims(with_cloud),
    revocations(with_cloud),
    enrollment(with_cloud, with_procedures, with_signing, with_desired, authorities.pem),
    leadership(with_cloud),
    audit(std::move(audit_log)),
    waiting_room(with_cloud, std::chrono::seconds{1}),
    pool(&with_pool),
    now_ms(system_now_ms),
    started(system_now_ms() / 1000)
{
}

Async<Result<>> tell_audit(Service& service, AuditEvent event)
{
    auto written = co_await service.audit.record(*service.pool, std::move(event));
    service.metrics.told_audit(written.has_value());
    co_return written;
}

static AuditEvent event_of(const Service& service, std::string_view event, const Node& node)
{
    AuditEvent told;
    told.event = event;
    told.time_ms = service.now_ms();
    told.fields.emplace_back("node", std::to_string(node.id));
    told.fields.emplace_back("name", node.name);
    return told;
}

Async<Result<>> tell_audit(Service& service, std::string_view event, const Node& node)
{
    auto told = event_of(service, event, node);
    co_return co_await tell_audit(service, std::move(told));
}

AuditEvent event_of(const Service& service, std::string_view event, const Call& call, const Node& node)
{
    auto told = event_of(service, event, node);
    told.fields.emplace_back("request", call.id);
    told.fields.emplace_back("from", call.request.peer.address);
    return told;
}

Async<Result<>> tell_audit(Service& service, std::string_view event, const Call& call)
{
    co_return co_await tell_audit(service, event, call, call.node);
}

Async<Result<>> tell_audit(Service& service, std::string_view event, const Call& call, const Node& node)
{
    auto told = event_of(service, event, call, node);
    co_return co_await tell_audit(service, std::move(told));
}

}  // namespace onefrontend::api
