// A node's question to the enrollment service: JSON both ways, and errors of the front-end as errors of ours.
#pragma once

#include "common/http/client.hpp"
#include "common/wire/messages.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace one::http {

struct Call {
    std::string_view doing;  // for errors
    std::string_view method = "POST";
    std::string target{};
    std::chrono::milliseconds limit{15'000};
};

Request to_request(const Call& call, std::string body);

/// What the front-end said of it, or that it gave no reason.
Error error_of(const Response& response, const Call& call);
/// No refusal: it may have done what it was asked.
Error not_understood(const Call& call, const Error& why);

/// Where nothing is to be read in the answer.
Async<Result<>> tell(Client& client, Call call, std::string body = {});

template <class Answer>
Async<Result<Answer>> ask(Client& client, Call call, std::string body = {})
{
    auto request = to_request(call, std::move(body));
    auto answered = co_await client.exchange(std::move(request), call.limit);
    if (!answered) co_return fail(std::move(answered).error());
    if (answered->status != 200) co_return fail(error_of(*answered, call));
    auto answer = wire::from_json<Answer>(answered->body);
    if (!answer) co_return fail(not_understood(call, answer.error()));
    co_return answer;
}

}  // namespace one::http
