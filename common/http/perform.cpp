// The handler runs as a task of its own, so that one that does not stop when told cannot hold up the answer.
#include "common/http/perform.hpp"

#include "common/log.hpp"

#include <boost/asio/steady_timer.hpp>

#include <optional>

namespace one::http {
namespace {

struct Work {
    explicit Work(const asio::any_io_executor& strand) : ended(strand) {}

    std::optional<Response> response{};
    asio::steady_timer ended;
};

Response plain(int status, std::string text)
{
    return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(text) + '\n'};
}

Response stopped()
{
    return plain(503, "this was stopped before it was done; try again later");
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
        work->response = was_stopped ? stopped() : plain(500, "internal error; the log of the service has the reason");
    }
    work->ended.cancel();
}

}  // namespace

Async<Performed> perform(std::shared_ptr<ServerState> server, Request request)
{
    const std::string what = request.method + ' ' + std::string{request.path()};
    const auto work = std::make_shared<Work>(server->strand);
    auto call = call_handler(server, std::move(request), work);
    work->ended.expires_after(server->limits.work);
    const Tasks::Id handler = server->tasks.spawn(what, std::move(call));
    co_await work->ended.async_wait(awaited);

    if (work->response) co_return Performed{.response = std::move(*work->response)};
    // Only a connection that is being cut comes here before its time.
    if (std::chrono::steady_clock::now() >= work->ended.expiry())
        log::warning("handler took too long and was stopped", {{"request", what}});
    server->tasks.cancel(handler);
    co_return Performed{.response = stopped(), .in_time = false};
}

}  // namespace one::http
