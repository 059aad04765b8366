// GET /v1/admin/nodes and /v1/admin/nodes/show?node=…, POST /v1/admin/nodes/approve | reject | remove | ban | test
#include "frontend/api/admin.hpp"

namespace onefrontend::api {
namespace {

one::Failure no_node()
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = "node",
                      .reason = "it is missing",
                      .next = "name a node by its id or name, or a waiting machine by its code",
                      .doing = "read"});
}

Async<Result<one::http::Response>> list(Service& service, Call& call)
{
    AdminWish wish{.deed = Deed::node_list};
    co_return co_await answer_admin(service, call, std::move(wish));
}

Async<Result<one::http::Response>> show(Service& service, Call& call)
{
    AdminWish wish{.deed = Deed::node_show, .which = call.request.query("node")};
    if (wish.which.empty()) co_return no_node();
    co_return co_await answer_admin(service, call, std::move(wish));
}

template <Deed deed>
Async<Result<one::http::Response>> one_node(Service& service, Call& call)
{
    CO_TRY_LET(const auto tree, object_in(call.request, {"node"}));
    AdminWish wish{.deed = deed};
    JsonFields fields{tree};
    fields.required("node", wish.which);
    CO_TRY(fields.outcome());
    if (wish.which.empty()) co_return no_node();
    co_return co_await answer_admin(service, call, std::move(wish));
}

Async<Result<one::http::Response>> test(Service& service, Call& call)
{
    CO_TRY_LET(const auto tree, object_in(call.request, {"node", "other"}));
    AdminWish wish{.deed = Deed::node_test};
    JsonFields fields{tree};
    fields.required("node", wish.which);
    fields.required("other", wish.other);
    CO_TRY(fields.outcome());
    if (wish.which.empty() || wish.other.empty()) co_return no_node();
    co_return co_await answer_admin(service, call, std::move(wish));
}

}  // namespace

constinit const Route routes::admin_nodes{"GET", "/v1/admin/nodes", Caller::admin, list};
constinit const Route routes::admin_node_show{"GET", "/v1/admin/nodes/show", Caller::admin, show};
constinit const Route routes::admin_node_approve{"POST", "/v1/admin/nodes/approve", Caller::admin,
                                                 one_node<Deed::node_approve>};
constinit const Route routes::admin_node_reject{"POST", "/v1/admin/nodes/reject", Caller::admin,
                                                one_node<Deed::node_reject>};
constinit const Route routes::admin_node_remove{"POST", "/v1/admin/nodes/remove", Caller::admin,
                                                one_node<Deed::node_remove>};
constinit const Route routes::admin_node_ban{"POST", "/v1/admin/nodes/ban", Caller::admin, one_node<Deed::node_ban>};
constinit const Route routes::admin_node_test{"POST", "/v1/admin/nodes/test", Caller::admin, test};
}  // namespace onefrontend::api
