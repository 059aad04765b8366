// One request to `serve` for each verb. Nothing is sent before the front-end has shown that it is the meant one.
#include "frontend/cli/remote.hpp"

#include "common/async.hpp"
#include "common/http/client.hpp"
#include "common/http/target.hpp"
#include "common/text/encoding.hpp"
#include "common/text/letters.hpp"
#include "common/wire/messages.hpp"
#include "frontend/cli/admin.hpp"
#include "frontend/cli/options.hpp"
#include "frontend/oned/client.hpp"

#include <fmt/format.h>

#include <chrono>

namespace onefrontend::cli {
namespace {

using one::Async;
using one::ErrorKind;
using one::Result;
using one::http::Request;
using one::http::Response;
using one::http::Target;

constexpr std::chrono::seconds answer_limit{60};
constexpr std::chrono::minutes test_limit{10};            // logins both ways, to machines that may not answer
constexpr std::size_t longest_answer = 64 * 1024 * 1024;  // a list of 12,000 nodes, for people and programs

std::string in_query(std::string_view text)
{
    std::string encoded;
    for (const char letter : text) {
        if (one::is_alphanumeric(letter) || letter == '-' || letter == '.')
            encoded += letter;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
    return encoded;
}

Json to_object(const Options& options)
{
    const auto& [uses, life, name, limits] = options.token;
    return {{"uses", uses},
            {"life", life.count()},
            {"name", name},
            {"replaces", limits.replaces},
            {"name_pattern", limits.name_pattern},
            {"networks", limits.networks},
            {"cluster", limits.cluster},
            {"type", limits.type},
            {"print", to_string(options.token_form)}};
}

Request get(std::string target)
{
    Request request;
    request.target = "/v1/admin/" + std::move(target);
    return request;
}

Request post(std::string target, const Json& body)
{
    auto request = get(std::move(target));
    request.method = "POST";
    request.body = dump(body);
    request.headers.emplace_back("Content-Type", "application/json");
    return request;
}

Result<Request> revocation(const std::string& which)
{
    TRY_LET(const int id, parse_token_id(which));
    return post("tokens/revoke", {{"id", id}});
}

one::Error error_of(const Response& response, const Target& target)
{
    const auto told = one::wire::from_json<one::wire::ApiError>(response.body);
    if (told)
        return {.kind = one::error_kind_named(told->kind),
                .thing = told->thing,
                .reason = told->reason,
                .next = told->next,
                .doing = "have " + to_text(target) + " use"};
    return {.kind = ErrorKind::internal,
            .thing = to_text(target),
            .reason = fmt::format("it answered with HTTP {} and no reason", response.status),
            .next = "look whether `onefrontend serve` listens there, and at its log",
            .doing = "ask"};
}

/// Which front-end is meant a person says once; whoever answers under its name would get the password.
Async<Result<std::string>> without_fingerprint(Target target)
{
    CO_TRY_LET(const auto pin, co_await one::http::presented_pin(target));
    co_return one::fail(
        {.kind = ErrorKind::untrusted,
         .thing = to_text(target),
         .reason = "nothing says that it is the front-end you mean; the fingerprint of its CA is " + pin,
         .next = "compare that with `onefrontend ca status` on the front-end; then --fingerprint " + pin +
                 ", or set ONEFRONTEND_FINGERPRINT",
         .doing = "trust"});
}

one::http::Client client_for(const one::asio::any_io_executor& executor, Target target, one::http::TlsContextPtr tls)
{
    return {executor, {std::move(target)}, std::move(tls), {.body = longest_answer}};
}

Async<Result<Recorded>> ask(Options options, one::Secret session)
{
    CO_TRY_LET(auto request, to_request(options));
    CO_TRY_LET(auto desk, co_await Desk::at(options.remote, std::move(session)));
    const std::chrono::milliseconds limit = options.verb == Verb::node_test ? test_limit : answer_limit;
    co_return co_await desk.ask(std::move(request), limit);
}

one::Error with_next(one::Error error)
{
    error.next = "write your OpenNebula user and password there as USER:PASSWORD, or a login token of `oneuser "
                 "token-create` in the password's place; ONE_AUTH names another file";
    return error;
}

}  // namespace

Async<Result<Desk>> Desk::at(RemoteWish wish, one::Secret session)
{
    CO_TRY_LET(auto target, one::http::parse_frontend(wish.frontend));
    if (wish.fingerprint.empty()) CO_TRY(co_await without_fingerprint(target));
    const one::http::Trust trust{.pin = wish.fingerprint};
    const one::http::Identity nobody;
    CO_TRY_LET(auto tls, one::http::make_client_tls(trust, nobody));
    const one::asio::any_io_executor executor = co_await one::asio::this_coro::executor;
    auto client = client_for(executor, target, std::move(tls));
    co_return Desk{std::move(target), std::move(client), std::move(session)};
}

Async<Result<Recorded>> Desk::ask(Request request, std::chrono::milliseconds limit)
{
    request.headers.emplace_back("Authorization", "Basic " + one::to_base64(session_.reveal()));
    CO_TRY_LET(const auto response, co_await client_.exchange(std::move(request), limit));
    if (response.status != 200) co_return one::fail(error_of(response, target_));
    co_return read_recorded(response.body);
}

Result<one::Secret> read_own_session(const std::string& one_auth)
{
    return oned::read_session(one_auth).map_error(with_next);
}

Result<Request> to_request(const Options& options)
{
    const Json node{{"node", options.which}};
    switch (options.verb) {
    case Verb::token_create: return post("tokens/create", to_object(options));
    case Verb::token_list: return get("tokens");
    case Verb::token_revoke: return revocation(options.which);
    case Verb::node_show: return get("nodes/show?node=" + in_query(options.which));
    case Verb::node_approve: return post("nodes/approve", node);
    case Verb::node_reject: return post("nodes/reject", node);
    case Verb::node_remove: return post("nodes/remove", node);
    case Verb::node_ban: return post("nodes/ban", node);
    case Verb::node_test: return post("nodes/test", {{"node", options.which}, {"other", options.other}});
    case Verb::ca_status: return get("ca");
    case Verb::keys_status: return get("keys");
    default: return get("nodes");
    }
}

Result<Exit> run_remote(const Options& options, const std::string& one_auth, Terminal& terminal)
{
    TRY(one::http::parse_frontend(options.remote.frontend));
    TRY_LET(auto session, read_own_session(one_auth));
    one::asio::io_context loop;
    TRY_LET(const auto recorded, one::run_to_end(loop, ask(options, std::move(session))));
    for (const auto& warning : recorded.warnings)
        terminal.warn(warning);
    terminal.pass_on(recorded.text, recorded.objects);
    return recorded.exit;
}

}  // namespace onefrontend::cli
