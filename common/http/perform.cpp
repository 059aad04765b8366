// The handler runs as a task of its own, so that one that does not stop when told cannot hold up the answer.
#include "common/http/perform.hpp"

#include "common/http/error_response.hpp"
#include "common/log.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>

namespace one::http {
namespace {

using namespace boost::asio::experimental::awaitable_operators;

struct Work {
    explicit Work(const asio::any_io_executor& strand) : ended(strand) {}

    std::optional<Response> response{};
    asio::steady_timer ended;
};

Response stopped()
{
    return error_response(503, {.kind = ErrorKind::busy,
                                .thing = "the request",
                                .reason = "it was stopped before it was done",
                                .next = "try again later",
                                .doing = "answer"});
}

Response broken()
{
    return error_response(500, {.kind = ErrorKind::internal,
                                .thing = "the request",
                                .reason = "the service made a mistake",
                                .next = "look at the log of the service, it has the reason",
                                .doing = "answer"});
}

/// Owns all that the handler uses, since it may still be on its way out when its connection is gone.
Async<> call_handler(std::shared_ptr<ServerState> server, Request request, std::shared_ptr<Work> work)
{
    const std::string what = request.method + ' ' + std::string{request.path()};
    try {
        work->response = co_await server->handler(std::move(request));
    } catch (const std::exception& bug) {
        const auto* error = dynamic_cast<const boost::system::system_error*>(&bug);
        const bool was_stopped = error && error->code() == asio::error::operation_aborted;
        if (!was_stopped) log::error("handler threw", {{"request", what}, {"what", bug.what()}});
        work->response = was_stopped ? stopped() : broken();
    }
    work->ended.cancel();
}

}  // namespace

Async<Performed> perform(std::shared_ptr<ServerState> server, Request request, Async<> nobody_waits)
{
    const std::string what = request.method + ' ' + std::string{request.path()};
    const auto work = std::make_shared<Work>(server->strand);
    auto call = call_handler(server, std::move(request), work);
    work->ended.expires_after(server->limits.work);
    const Tasks::Id handler = server->tasks.spawn(what, std::move(call));
    auto ended = work->ended.async_wait(awaited);
    auto either = std::move(ended) || std::move(nobody_waits);
    co_await std::move(either);

    if (work->response) co_return Performed{.response = std::move(*work->response)};
    if (std::chrono::steady_clock::now() >= work->ended.expiry())
        log::warning("handler took too long and was stopped", {{"request", what}});
    server->tasks.cancel(handler);
    co_return Performed{.response = stopped(), .in_time = false};
}

}  // namespace one::http
