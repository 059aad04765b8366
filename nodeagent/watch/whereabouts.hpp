// Tells the front-end where this machine is, how it is called and what tells it from others: when the agent starts, and when one of them changes.
// The front-end uses a new address once its login there is proven; a new name waits for an admin.
#pragma once

#include "common/async.hpp"
#include "nodeagent/host/host.hpp"
#include "nodeagent/link/frontend.hpp"
#include "nodeagent/watch/standing.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace onenode {

struct WhereaboutsLimits {
    std::chrono::seconds first_retry{2};  // after a failure, doubled up to the last
    std::chrono::seconds last_retry{300};
    std::chrono::seconds look_again{60};  // while something of it is wrong, or waits
};

class Whereabouts {
public:
    /// `worker`: one thread, the same for all that changes the machine. `frontend` is for this alone: a connection that
    /// was made before a change may lead nowhere.
    Whereabouts(Host& host, Frontend frontend, Standing& standing, one::asio::thread_pool& worker,
                const one::asio::any_io_executor& executor, WhereaboutsLimits limits) :
        host_(&host),
        frontend_(std::move(frontend)),
        standing_(&standing),
        worker_(&worker),
        limits_(limits),
        next_(executor)
    {
    }

    /// Until it is cancelled.
    Async<> run();
    /// Once; how long it may rest after that.
    Async<std::chrono::milliseconds> report();
    void changed();
    void use(one::http::TlsContextPtr identity) { frontend_.use(std::move(identity)); }

private:
    Async<Result<one::wire::MovedAnswer>> tell();
    [[nodiscard]] one::wire::MovedRequest look() const;
    Async<Result<one::wire::MovedAnswer>> prove(one::wire::LoginChallenge challenge);
    Async<bool> sleep(std::chrono::milliseconds time);
    std::chrono::milliseconds show(const one::wire::MovedAnswer& answer);
    std::chrono::milliseconds show(const Error& error);

    Host* host_;
    Frontend frontend_;
    Standing* standing_;
    one::asio::thread_pool* worker_;
    WhereaboutsLimits limits_;
    one::asio::steady_timer next_;
    std::chrono::seconds retry_ = limits_.first_retry;
    bool changed_ = false;
};

}  // namespace onenode
