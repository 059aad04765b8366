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

/// What it answered with 200; anything else is an error.
Async<Result<Response>> answer_to(Client& client, Call call, std::string body);
/// Where nothing is to be read in the answer.
Async<Result<>> tell(Client& client, Call call, std::string body = {});

template <class Answer>
Async<Result<Answer>> ask(Client& client, Call call, std::string body = {})
{
    auto asked = call;
    auto answered = co_await answer_to(client, std::move(asked), std::move(body));
    if (!answered) co_return fail(std::move(answered).error());
    auto answer = wire::from_json<Answer>(answered->body);
    if (!answer) co_return fail(not_understood(call, answer.error()));
    co_return answer;
}

}  // namespace one::http
