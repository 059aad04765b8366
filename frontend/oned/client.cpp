// How a call gets to oned and back: a slot, a request, an answer or an error, another try where one is allowed.
#include "frontend/oned/client.hpp"

#include "common/http/client.hpp"
#include "frontend/oned/failure.hpp"
#include "frontend/oned/slots.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <random>

namespace onefrontend::oned {
namespace {

using one::ErrorKind;
using one::xmlrpc::Array;
using one::xmlrpc::Value;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t largest_answer = 64UL * 1024 * 1024;
constexpr milliseconds first_pause{50};
constexpr milliseconds longest_pause{2000};

one::Error with_next(one::Error error, const Endpoint& endpoint)
{
    if (error.doing.empty()) error.doing = "reach oned at";
    if (error.thing.empty()) error.thing = endpoint.host + ":" + std::to_string(endpoint.port);
    if (error.next.empty()) error.next = "look whether oned runs there (systemctl status opennebula)";
    if (error.kind == ErrorKind::busy)
        error.kind = ErrorKind::unreachable;  // busy is what oned itself says of a call it left alone
    return error;
}

}  // namespace

struct Client::Impl {
    Options options;
    one::Secret session;
    Post post;
    Slots slots;
    std::minstd_rand jitter{std::random_device{}()};

    Impl(Options given, one::Secret secret, Post travel) :
        options(std::move(given)),
        session(std::move(secret)),
        post(std::move(travel)),
        slots(std::max<std::size_t>(options.connections, 1))
    {
    }

    Result<std::string> request_text(const std::string& method, Array parameters)
    {
        parameters.insert(parameters.begin(), Value{session.reveal()});
        one::xmlrpc::Call call{.method = method, .parameters = std::move(parameters)};
        auto text = to_xml(call);
        one::wipe(std::get<std::string>(call.parameters.front().data));
        return text;
    }

    /// oned's XML library repeats parts of a request that it cannot read in its fault.
    void hide_session(std::string& text) const
    {
        const std::string_view whole = session.reveal();
        const std::string_view password = whole.substr(std::min(whole.find(':'), whole.size() - 1) + 1);
        if (password.empty()) return;
        constexpr std::string_view stars = "***";
        for (auto at = text.find(password); at != std::string::npos; at = text.find(password, at + stars.size()))
            text.replace(at, password.size(), stars);
    }

    Async<Result<Value>> once(const std::string& method, const std::string& text)
    {
        if (!co_await slots.enter(options.limit))
            co_return one::fail({.kind = ErrorKind::busy,
                                 .thing = method,
                                 .reason = "all connections to oned stayed in use",
                                 .next = "try again in a minute; where it stays so, look at oned on the front-end",
                                 .doing = "call"});
        const HeldSlot slot{slots};
        one::http::Request request{
            .method = "POST", .target = options.endpoint.path, .headers = {{"Content-Type", "text/xml"}}, .body = text};
        std::string host = options.endpoint.host;
        auto response =
            co_await post(std::move(host), options.endpoint.port, std::move(request), options.limit, largest_answer);
        if (!response) co_return one::fail(with_next(std::move(response).error(), options.endpoint));
        if (response->status != 200)
            co_return one::fail(
                with_next({.kind = response->status >= 500 ? ErrorKind::unreachable : ErrorKind::invalid,
                           .reason = "HTTP status " + std::to_string(response->status)},
                          options.endpoint));
        CO_TRY_LET(auto answer, one::xmlrpc::parse_answer(response->body));
        auto value = value_of(method, std::move(answer));
        if (!value) hide_session(value.error().reason);
        co_return value;
    }

    [[nodiscard]] bool again(const one::Error& error, int tried, bool repeatable, steady_clock::time_point begun) const
    {
        if (error.kind == ErrorKind::busy) return steady_clock::now() - begun < options.limit;  // was not executed
        const bool lost = error.kind == ErrorKind::unreachable || error.kind == ErrorKind::timeout;
        return lost && repeatable && tried < options.tries;
    }

    milliseconds back_off(int tried)
    {
        const milliseconds most = std::min(longest_pause, first_pause * (1 << std::min(tried, 8)));
        return milliseconds{std::uniform_int_distribution<long>{most.count() / 2, most.count()}(jitter)};
    }
};

Client::Client(Options options, one::Secret session) :
    Client(std::move(options), std::move(session), one::http::post_plain)
{
}

Client::Client(Options options, one::Secret session, Post post) :
    impl_(std::make_unique<Impl>(std::move(options), std::move(session), std::move(post)))
{
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Async<Result<Value>> Client::call(std::string method, Array parameters, bool repeatable)
{
    CO_TRY_LET(std::string text, impl_->request_text(method, std::move(parameters)));
    const auto begun = steady_clock::now();
    for (int tried = 1;; ++tried) {
        auto answer = co_await impl_->once(method, text);
        if (answer || !impl_->again(answer.error(), tried, repeatable, begun) ||
            !co_await one::pause(impl_->back_off(tried))) {
            one::wipe(text);
            if (!answer && answer.error().kind == ErrorKind::denied) answer.error().kind = impl_->options.when_denied;
            co_return answer;
        }
    }
}

}  // namespace onefrontend::oned
