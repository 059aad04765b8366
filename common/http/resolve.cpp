// libc's resolver cannot be interrupted, and Asio's destructors wait for it: a program that reported a dead name server
// would then hang at its exit for half a minute. So each lookup has a thread of its own, and who no longer waits leaves
// it behind; libc ends it soon after.
#include "common/http/resolve.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <netdb.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace one::http {
namespace {

using asio::ip::tcp;
using Addresses = std::vector<tcp::endpoint>;

/// What the thread and the coroutine share. The loop may be gone before libc answers, so the thread reaches it only
/// through `waiting`, under the lock, and only while the coroutine stands there.
struct Lookup {
    std::mutex lock{};
    std::shared_ptr<asio::steady_timer> waiting{};
    std::optional<Result<Addresses>> found{};
};

struct LeaveBehind {
    std::shared_ptr<Lookup> lookup;

    explicit LeaveBehind(std::shared_ptr<Lookup> left) : lookup(std::move(left)) {}
    LeaveBehind(const LeaveBehind&) = delete;
    LeaveBehind& operator=(const LeaveBehind&) = delete;
    ~LeaveBehind()
    {
        const std::lock_guard hold{lookup->lock};
        lookup->waiting.reset();
    }
};

Error unresolved(const std::string& host, int port, ErrorKind kind, const std::string& reason)
{
    return {.kind = kind,
            .thing = fmt::format("{}:{}", host, port),
            .reason = "its name does not resolve: " + reason,
            .next = "check the spelling, and what this machine's resolver says: getent ahosts " + host,
            .doing = "reach"};
}

Result<Addresses> look_up(const std::string& host, int port)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    const int problem = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{list, freeaddrinfo};
    if (problem == EAI_SYSTEM)
        return fail(unresolved(host, port, ErrorKind::unreachable, std::generic_category().message(errno)));
    if (problem != 0) return fail(unresolved(host, port, ErrorKind::unreachable, gai_strerror(problem)));

    Addresses addresses;
    for (const addrinfo* entry = list; entry; entry = entry->ai_next) {
        tcp::endpoint endpoint;
        if (entry->ai_addrlen > endpoint.capacity()) continue;
        std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
        endpoint.resize(entry->ai_addrlen);
        endpoint.port(static_cast<unsigned short>(port));
        addresses.push_back(endpoint);
    }
    return addresses;
}

void look_up_and_wake(const std::shared_ptr<Lookup>& lookup, const std::string& host, int port)
{
    auto found = look_up(host, port);
    const std::lock_guard hold{lookup->lock};
    if (!lookup->waiting) return;
    lookup->found = std::move(found);
    const auto executor = lookup->waiting->get_executor();
    asio::post(executor, [waiting = std::move(lookup->waiting)] { waiting->cancel(); });
}

}  // namespace

Async<Result<Addresses>> resolve(std::string host, int port, std::chrono::milliseconds limit)
{
    boost::system::error_code not_an_address;
    const auto address = asio::ip::make_address(host, not_an_address);
    if (!not_an_address) co_return Addresses{tcp::endpoint{address, static_cast<unsigned short>(port)}};

    const auto executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<asio::steady_timer>(executor, limit);
    const auto lookup = std::make_shared<Lookup>();
    lookup->waiting = timer;
    const LeaveBehind leave_behind{lookup};
    try {
        std::thread{look_up_and_wake, lookup, host, port}.detach();
    } catch (const std::system_error& error) {
        co_return fail(unresolved(host, port, ErrorKind::busy, error.what()));
    }
    co_await timer->async_wait(awaited);

    const std::lock_guard hold{lookup->lock};
    if (lookup->found) co_return std::move(*lookup->found);
    co_return fail(
        unresolved(host, port, ErrorKind::timeout, fmt::format("no name server answered within {} ms", limit.count())));
}

}  // namespace one::http
