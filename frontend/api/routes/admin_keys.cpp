// GET /v1/admin/ca, GET /v1/admin/keys
#include "frontend/api/admin.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> authority(Service& service, Call& call)
{
    AdminWish wish{.deed = Deed::ca_status};
    co_return co_await answer_admin(service, call, std::move(wish));
}

Async<Result<one::http::Response>> keys(Service& service, Call& call)
{
    AdminWish wish{.deed = Deed::keys_status};
    co_return co_await answer_admin(service, call, std::move(wish));
}

}  // namespace

constinit const Route routes::admin_ca{"GET", "/v1/admin/ca", Caller::admin, authority};
constinit const Route routes::admin_keys{"GET", "/v1/admin/keys", Caller::admin, keys};
}  // namespace onefrontend::api
