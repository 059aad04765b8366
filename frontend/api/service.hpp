// Everything a route may use. Owned by the composition root, which outlives every request.
#pragma once

#include "common/async.hpp"
#include "common/text/network.hpp"
#include "frontend/api/admins.hpp"
#include "frontend/api/attempts.hpp"
#include "frontend/api/challenges.hpp"
#include "frontend/api/metrics.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/audit.hpp"
#include "frontend/enroll/claims.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/desired_source.hpp"
#include "frontend/enroll/enrollment.hpp"
#include "frontend/enroll/leadership.hpp"
#include "frontend/enroll/lost_time.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/procedures.hpp"
#include "frontend/enroll/revocations.hpp"
#include "frontend/enroll/signing.hpp"
#include "frontend/enroll/waiting.hpp"
#include "frontend/oned/slots.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace onefrontend::api {

struct Authorities {
    std::string pem{};                // the CAs that nodes trust
    std::vector<std::string> pins{};  // of them
};

struct Service {
    Service(Cloud& with_cloud, Procedures& with_procedures, Signing& with_signing, DesiredSource& with_desired,
            Authorities ours, std::string audit_log, one::asio::thread_pool& with_pool);

    Cloud* cloud;
    Procedures* procedures;
    Signing* signing;
    DesiredSource* desired;
    Admins* admins = nullptr;                    // none: admins have no routes here
    std::vector<one::Network> admin_networks{};  // where they may come from
    Authorities authorities;
    Nodes nodes;
    Claims claims;
    Revocations revocations;
    Enrollment enrollment;
    Leadership leadership;
    Audit audit;
    Attempts attempts{};
    Challenges challenges{};
    Metrics metrics{};
    WaitingRoom waiting_room;
    oned::Slots asking{1};  // machines without a token, one at a time: a crowd of them has one of oned's connections
    std::set<int> being_proven{};   // nodes that are being proven just now: SSH knows them, too
    oned::Slots ssh_trust_turn{1};  // whoever writes it has read the nodes within the same turn: the last write is true
    one::asio::thread_pool* pool;
    std::int64_t (*now_ms)();
    std::int64_t started;               // epoch seconds
    std::int64_t certificate_ends = 0;  // our own, epoch seconds
    std::string certificate_trouble{};  // of host certificates, as it was logged
    LostTime lost_time{};               // where this front-end was restored from a backup
    bool stopping = false;              // waiting requests end soon
};

/// What an admin must be able to find later. An event that cannot be written is an error: nothing happens unseen.
Async<Result<>> tell_audit(Service& service, AuditEvent event);
Async<Result<>> tell_audit(Service& service, std::string_view event, const Node& node);

}  // namespace onefrontend::api
