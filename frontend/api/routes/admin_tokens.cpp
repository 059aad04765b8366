// GET /v1/admin/tokens, POST /v1/admin/tokens/create | revoke
#include "frontend/api/admin.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> list(Service& service, Call& call)
{
    AdminWish wish{.deed = Deed::token_list};
    co_return co_await answer_admin(service, call, std::move(wish));
}

Result<AdminWish> read_create(const one::http::Request& request)
{
    TRY_LET(const auto tree, object_in(request, {"uses", "life", "name", "replaces", "name_pattern", "networks",
                                                 "cluster", "type", "print"}));
    AdminWish wish{.deed = Deed::token_create};
    auto& token = wish.token;
    std::int64_t life = token.life.count();
    JsonFields fields{tree};
    fields.optional("uses", token.uses);
    fields.optional("life", life);
    fields.optional("name", token.name);
    fields.optional("replaces", token.limits.replaces);
    fields.optional("name_pattern", token.limits.name_pattern);
    fields.optional("networks", token.limits.networks);
    fields.optional("cluster", token.limits.cluster);
    fields.optional("type", token.limits.type);
    fields.optional("print", wish.print);
    TRY(fields.outcome());
    token.life = std::chrono::seconds{life};
    if (!wish.print.empty() && wish.print != "json" && wish.print != "cloud-init")
        return bad_json("print", "it is json, cloud-init, or left out");
    return wish;
}

Async<Result<one::http::Response>> create(Service& service, Call& call)
{
    CO_TRY_LET(auto wish, read_create(call.request));
    co_return co_await answer_admin(service, call, std::move(wish));
}

Async<Result<one::http::Response>> revoke(Service& service, Call& call)
{
    CO_TRY_LET(const auto tree, object_in(call.request, {"id"}));
    int id = -1;
    JsonFields fields{tree};
    fields.required("id", id);
    CO_TRY(fields.outcome());
    AdminWish wish{.deed = Deed::token_revoke, .which = std::to_string(id)};
    co_return co_await answer_admin(service, call, std::move(wish));
}

}  // namespace

constinit const Route routes::admin_tokens{"GET", "/v1/admin/tokens", Caller::admin, list};
constinit const Route routes::admin_token_create{"POST", "/v1/admin/tokens/create", Caller::admin, create};
constinit const Route routes::admin_token_revoke{"POST", "/v1/admin/tokens/revoke", Caller::admin, revoke};
}  // namespace onefrontend::api
