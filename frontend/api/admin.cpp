// Credentials come with each request and go to oned, which decides; nothing of them stays here.
#include "frontend/api/admin.hpp"

#include "common/http/error_response.hpp"
#include "common/log.hpp"
#include "common/text/encoding.hpp"
#include "common/text/letters.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::api {
namespace {

using one::ErrorKind;
using one::http::Request;
using one::http::Response;

constexpr std::size_t longest_body = 16 * 1024;
constexpr int of_no_token = -1;

one::Error not_from_here(const std::string& address)
{
    return {.kind = ErrorKind::denied,
            .thing = "admins' requests from " + address,
            .reason = "that is in none of the front-end's admin_networks",
            .next = "run `onefrontend` on the front-end itself, or add the network to admin_networks there",
            .doing = "take"};
}

one::Error no_credentials()
{
    return {.kind = ErrorKind::denied,
            .thing = "the request",
            .reason = "it names no user of OpenNebula (HTTP's Basic authentication)",
            .next = "send user and password, or in its place a login token of `oneuser token-create`",
            .doing = "answer"};
}

one::Error wrong_credentials()
{
    return {.kind = ErrorKind::denied,
            .thing = "this user and password",
            .reason = "OpenNebula does not know them",
            .next = "look at ~/.one/one_auth there; a login token may have ended: oneuser token-create",
            .doing = "use"};
}

Response unauthorized(const one::Error& error)
{
    auto response = one::http::error_response(401, error);
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"OpenNebula\", charset=\"UTF-8\"");
    return response;
}

/// "user:password" of the header, which is wiped; empty where it holds none.
one::Secret take_session(Request& request)
{
    one::Secret session;
    for (auto& [name, value] : request.headers) {
        if (!one::same_in_any_case(name, "Authorization")) continue;
        const auto space = value.find(' ');
        if (space != std::string::npos && one::same_in_any_case(std::string_view{value}.substr(0, space), "Basic")) {
            auto text = one::from_base64(one::trim(std::string_view{value}.substr(space)));
            if (text) session = one::Secret{std::move(*text)};
        }
        one::wipe(value);
    }
    const auto colon = session.reveal().find(':');
    const bool is_whole = colon != std::string_view::npos && colon != 0 && colon + 1 != session.reveal().size();
    return is_whole ? std::move(session) : one::Secret{};
}

/// A page of somebody else's can have a browser send a form with the credentials that it was given for us, but not this.
bool is_json(const Request& request)
{
    const auto type = request.header("Content-Type");
    return one::same_in_any_case(one::trim(type.substr(0, type.find(';'))), "application/json");
}

one::Error no_json()
{
    return {.kind = ErrorKind::invalid,
            .thing = "the request",
            .reason = "its Content-Type is not application/json",
            .next = "send that header: curl --json, or -H 'Content-Type: application/json'",
            .doing = "read"};
}

bool may_come_from(const Service& service, const std::string& address)
{
    return std::ranges::any_of(service.admin_networks,
                               [&address](const one::Network& network) { return contains(network, address); });
}

/// What was done stands in the log before anybody is answered.
Async<Result<>> tell_audit(Service& service, std::vector<AuditEvent> events, std::string request, std::string from)
{
    for (auto& event : events) {
        event.fields.emplace_back("request", request);
        event.fields.emplace_back("from", from);
        CO_TRY(co_await api::tell_audit(service, std::move(event)));
    }
    co_return Result<>{};
}

Async<Result<std::string>> act(Service& service, one::Secret session, AdminWish wish, std::string request,
                               std::string from)
{
    CO_TRY(service.audit.probe());
    auto done = co_await service.admins->act(std::move(session), std::move(wish));
    CO_TRY(co_await tell_audit(service, std::move(done.audit), std::move(request), std::move(from)));
    co_return std::move(done.answer);
}

}  // namespace

Async<Result<Response>> answer_admin(Service& service, Call& call, AdminWish wish)
{
    const std::string from = call.request.peer.address;
    auto session = take_session(call.request);
    if (!service.admins || !may_come_from(service, from)) co_return one::fail(not_from_here(from));
    if (session.empty()) co_return unauthorized(no_credentials());

    // To its end, whoever hangs up meanwhile: a deed that is half done, or that the audit log never hears of, is worse.
    auto work = act(service, std::move(session), std::move(wish), call.id, from);
    const auto executor = co_await one::asio::this_coro::executor;
    auto answer = co_await one::asio::co_spawn(
        executor, std::move(work),
        one::asio::bind_cancellation_slot(one::asio::cancellation_slot{}, one::asio::use_awaitable));
    if (answer) co_return json_response(*std::move(answer));
    if (answer.error().kind != ErrorKind::untrusted) co_return one::fail(std::move(answer).error());
    service.attempts.failed(from, of_no_token, service.now_ms() / 1000);
    one::log::warning("an admin's credentials are wrong", {{"request", call.id}, {"from", from}});
    co_return unauthorized(wrong_credentials());
}

Result<Json> object_in(const Request& request, std::vector<std::string_view> known)
{
    if (!is_json(request)) return one::fail(no_json());
    if (request.body.size() > longest_body)
        return one::fail({.kind = ErrorKind::invalid,
                          .thing = "the request",
                          .reason = fmt::format("it is longer than {} bytes", longest_body),
                          .doing = "read"});
    TRY_LET(auto tree, parse_json(request.body));
    for (const auto& [name, value] : tree.items())
        if (std::ranges::find(known, name) == known.end())
            return bad_json(name.substr(0, 200),
                            fmt::format("there is no such field; there are: {}", fmt::join(known, ", ")));
    return tree;
}

}  // namespace onefrontend::api
