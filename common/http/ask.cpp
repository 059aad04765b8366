// Writes the question, and reads why it was not answered.
#include "common/http/ask.hpp"

namespace one::http {
namespace {

ErrorKind kind_of(int status)
{
    switch (status) {
    case 401:
    case 403: return ErrorKind::denied;
    case 404: return ErrorKind::not_found;
    case 409: return ErrorKind::conflict;
    case 408:
    case 504: return ErrorKind::timeout;
    case 429:
    case 503: return ErrorKind::busy;
    default: return status < 500 ? ErrorKind::invalid : ErrorKind::internal;
    }
}

}  // namespace

Request to_request(const Call& call, std::string body)
{
    Request request{.method = std::string{call.method}, .target = call.target, .body = std::move(body)};
    request.headers.emplace_back("Accept", "application/json");
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    return request;
}

Error error_of(const Response& response, const Call& call)
{
    const auto told = wire::from_json<wire::ApiError>(response.body);
    const bool come_again = response.status == 503 && !response.header("Retry-After").empty();
    if (!told)
        return {
            .kind = kind_of(response.status),
            .thing = "the front-end",
            .reason = "it answered " + call.target + " with HTTP " + std::to_string(response.status) + " and no reason",
            .next = "look at the log of `onefrontend serve`; compare versions: onenode version, onefrontend version",
            .doing = "ask"};
    return {.kind = come_again ? ErrorKind::busy : error_kind_named(told->kind),
            .thing = told->thing,
            .reason = told->reason,
            .next = told->next,
            .doing = std::string{call.doing}};
}

Error not_understood(const Call& call, const Error& why)
{
    return {.kind = ErrorKind::internal,
            .thing = "the front-end's answer to " + call.target,
            .reason = to_line(why),
            .next = "compare versions: onenode version, onefrontend version",
            .doing = "understand"};
}

Async<Result<Response>> answer_to(Client& client, Call call, std::string body)
{
    auto request = to_request(call, std::move(body));
    auto answered = co_await client.exchange(std::move(request), call.limit);
    if (answered && answered->status != 200) co_return fail(error_of(*answered, call));
    co_return answered;
}

Async<Result<>> tell(Client& client, Call call, std::string body)
{
    auto answered = co_await answer_to(client, std::move(call), std::move(body));
    if (!answered) co_return fail(std::move(answered).error());
    co_return Result<>{};
}

}  // namespace one::http
