// A route is a value: method, whole path, who may call it, function. One file each (admins': one a subject), one line in
// the table.
#pragma once

#include "common/async.hpp"
#include "common/http/message.hpp"
#include "common/wire/messages.hpp"
#include "frontend/api/service.hpp"
#include "frontend/enroll/node.hpp"

#include <span>
#include <string_view>

namespace onefrontend::api {

enum class Caller {
    anybody,
    token,        // who has one in the body; the route checks it. An address with too many wrong ones is not even heard
    node,         // who shows a certificate of ours that its node's document still allows
    admin,        // a user of OpenNebula, with credentials that it takes; what they may do, it decides, too
    lapsed_node,  // the same with one that ended at most one::http::lapsed_limit ago: to come back, or to leave
};

struct Call {
    std::string id{};  // of this request, in our log, in the audit log and in its answer
    one::http::Request request{};
    Node node{};  // where the caller is one
};

struct Route {
    std::string_view method;
    std::string_view path;
    Caller caller;
    /// The call is the router's, and there until the answer is: each copy would stand in a coroutine of its own for as
    /// long as a node waits.
    Async<Result<one::http::Response>> (*answer)(Service& service, Call& call);
};

namespace routes {
extern const Route hello, plan, ask, enroll, desired, neighbours, renew, recover, recover_signed, prove_login,
    prove_login_verdict, prove_monitoring, prove_monitoring_verdict, rehearse, register_host, host, joined, moved,
    moved_verdict, abandon, leave, left, admin_tokens, admin_token_create, admin_token_revoke, admin_nodes,
    admin_node_show, admin_node_approve, admin_node_reject, admin_node_remove, admin_node_ban, admin_node_test,
    admin_ca, admin_keys;
}

std::span<const Route* const> all_routes();

/// The whole service: finds the route, asks who calls, answers; every failure becomes an ApiError.
Async<one::http::Response> answer(Service& service, one::http::Request request);

/// Which node shows this certificate: it becomes the call's. A pending key becomes the node's key here, by being used.
Async<Result<>> identify(Service& service, Call& call, Caller as);

one::http::Response json_response(std::string body);
one::http::Response error_response(const one::Error& error);

/// `what` was shown: "token", "password".
one::http::Response too_many_attempts(Service& service, Wait wait, std::string_view what = "token");

/// What a request did, of the node that calls or of what it is now: in the line stand the request's id and its source.
AuditEvent event_of(const Service& service, std::string_view event, const Call& call, const Node& node);
Async<Result<>> tell_audit(Service& service, std::string_view event, const Call& call);
Async<Result<>> tell_audit(Service& service, std::string_view event, const Call& call, const Node& node);

template <class Message>
one::http::Response to_response(const Message& message)
{
    return json_response(one::wire::to_json(message));
}

}  // namespace onefrontend::api
