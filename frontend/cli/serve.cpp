// The composition root of `serve`: what is made here outlives every request. The end is the other way round: workers end
// their work, the loop takes down the requests that still wait, and then what those used may go.
#include "frontend/cli/serve.hpp"

#include "common/http/client.hpp"
#include "common/http/plain_server.hpp"
#include "common/http/server.hpp"
#include "common/log.hpp"
#include "frontend/api/node_sweep.hpp"
#include "frontend/api/proofs.hpp"
#include "frontend/api/route.hpp"
#include "frontend/api/token_sweep.hpp"
#include "frontend/api/watchers.hpp"
#include "frontend/cli/accounts.hpp"
#include "frontend/cli/admins.hpp"
#include "frontend/cli/certificates.hpp"
#include "frontend/cli/procedures.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/oned_cloud.hpp"
#include "frontend/signer/client.hpp"

#include <boost/asio/signal_set.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>

namespace onefrontend::cli {
namespace {

using one::Async;
using one::Result;
using namespace std::chrono_literals;

constexpr std::size_t quick_workers = 4;  // files, the resolver, logs
constexpr std::size_t ssh_workers = 8;    // ssh and rsync: a slow node keeps one for minutes
constexpr std::size_t audit_workers = 1;  // fsync; nobody is answered before, so nothing else may be in its way
constexpr auto drain_limit = 20s;

/// Logs what goes wrong once, not at every round.
class Complaints {
public:
    template <class T>
    void of(std::string_view event, const Result<T>& result)
    {
        if (result) return;
        all_well_ = false;
        const auto text = to_line(result.error());
        if (text != told_) one::log::warning(event, {{"reason", text}});
        told_ = text;
    }
    void end_of_round()
    {
        if (std::exchange(all_well_, true)) told_.clear();
    }

private:
    std::string told_;
    bool all_well_ = true;
};

/// What other replicas and other requests changed: hosts, nodes and tokens to sweep, SSH keys to trust.
Async<> put_in_order(api::Service& service, Registration& registration, Complaints& complaints)
{
    const auto leads = co_await service.leadership.check();
    complaints.of("nothing is kept in order now", leads);
    if (!leads) co_return;
    const auto swept = co_await registration.sweep();
    complaints.of("sweep failed", swept);
    const auto expired = co_await api::sweep_nodes(service);
    complaints.of("unfinished nodes not removed", expired);
    const auto trusted = co_await api::refresh_ssh_trust(service);
    complaints.of("ssh trust not written", trusted);
    const auto tidied = co_await api::sweep_tokens(service);
    complaints.of("old tokens not removed", tidied);
}

Async<> keep_in_order(api::Service& service, Registration& registration, std::chrono::seconds interval)
{
    Complaints complaints;
    while (true) {
        co_await put_in_order(service, registration, complaints);
        complaints.end_of_round();
        if (!co_await one::pause(interval)) co_return;
    }
}

Async<> until_told_to_end(one::asio::signal_set& signals, api::Service& service, one::http::Server& server,
                          one::Tasks& tasks, one::asio::io_context& loop)
{
    const auto [failed, signal] = co_await signals.async_wait(one::awaited);
    one::log::info("ending", {{"signal", failed ? 0 : signal}});
    service.stopping = true;
    tasks.cancel();
    co_await server.drain(drain_limit);
    loop.stop();
}

constexpr std::size_t own_descriptors = 256;  // oned, ssh, rsync, logs, the resolver

/// Each connection is a descriptor. The soft limit that shells and systemd give is for programs that use select().
one::http::ServerLimits limits_of_this_process()
{
    one::http::ServerLimits limits;
    rlimit descriptors{};
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return limits;
    descriptors.rlim_cur = descriptors.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &descriptors) != 0) ::getrlimit(RLIMIT_NOFILE, &descriptors);
    const auto there = static_cast<std::size_t>(descriptors.rlim_cur);
    limits.connections =
        std::min(limits.connections, there > 2 * own_descriptors ? there - own_descriptors : there / 2);
    return limits;
}

/// Counts how oned answers, for /metrics.
class CountedPost {
public:
    Async<Result<one::http::Response>> operator()(std::string host, int port, one::http::Request request,
                                                  std::chrono::milliseconds limit, std::size_t largest) const
    {
        return post(metrics, std::move(host), port, std::move(request), limit, largest);
    }
    api::Metrics** metrics;  // there once the service is

private:
    static Async<Result<one::http::Response>> post(api::Metrics** metrics, std::string host, int port,
                                                   one::http::Request request, std::chrono::milliseconds limit,
                                                   std::size_t largest)
    {
        const auto begun = std::chrono::steady_clock::now();
        auto response = co_await one::http::post_plain(std::move(host), port, std::move(request), limit, largest);
        if (*metrics) (*metrics)->called_oned(response.has_value(), std::chrono::steady_clock::now() - begun);
        co_return response;
    }
};

/// Watching must not keep the service from its work: where the port is taken it goes on without.
void listen_for_watchers(one::http::PlainServer& watchers, const Config& config)
{
    if (config.metrics_address.empty()) return;
    const auto port = watchers.listen(config.metrics_address, config.metrics_port);
    if (port)
        one::log::info("metrics", {{"address", config.metrics_address}, {"at", *port}});
    else
        one::log::error("no metrics: set metrics_address and metrics_port",
                        {{"reason", to_line(port.error())}, {"next", port.error().next}});
}

class Pool : public one::asio::thread_pool {
public:
    using thread_pool::thread_pool;
    void drop_what_waits() { shutdown(); }
};

struct Pools {
    Pool quick{quick_workers};
    Pool ssh{ssh_workers};
    Pool audit{audit_workers};

    /// Work that runs is waited for, work that waits is dropped: either comes back to the loop, which has to be there.
    void end()
    {
        for (auto* pool : {&quick, &ssh, &audit})
            pool->stop();
        for (auto* pool : {&quick, &ssh, &audit})
            pool->join();
        for (auto* pool : {&quick, &ssh, &audit})
            pool->drop_what_waits();
    }
};

struct EndOfPools {
    Pools* pools;
    ~EndOfPools() { pools->end(); }
};

}  // namespace

Result<Exit> run_serve(const Config& config)
{
    TRY_LET(const auto account, find_account(config.ssh_user));
    TRY(must_run_as(account, "serve"));
    TRY(read_repository(config));  // a key that cannot be used is told to whoever starts this
    const StatePaths paths{config.state_dir};
    Certificates certificates{config};
    TRY_LET(auto loaded, certificates.load());
    TRY_LET(const auto lost_time, read_lost_time(config.state_dir));
    api::Metrics* metrics = nullptr;
    TRY_LET(auto client, connect_oned_as_service(config, CountedPost{&metrics}));

    Pools pools;
    OnedCloud cloud{client};
    Nodes nodes{cloud};
    Prover prover{config, pools.ssh, pools.quick};
    Registration registration{config, client, nodes, pools.quick};
    RealProcedures procedures{config, prover, registration, pools.quick};
    SignerClient signer{config.signer_socket};
    DesiredSource desired{config, cloud, pools.quick};
    api::Service service{cloud,      procedures, signer, desired, std::move(loaded.authorities), paths.audit_log(),
                         pools.audit};
    metrics = &service.metrics;
    RealAdmins admins{config, pools.ssh};
    service.admins = &admins;
    for (const auto& network : config.admin_networks)
        service.admin_networks.push_back(*one::read_network(network));
    service.lost_time = lost_time;
    service.certificate_ends = loaded.ends;
    one::asio::io_context loop{1};  // after all that requests use: it takes those down that still wait
    const EndOfPools pools_end_first{&pools};
    one::http::Server server{
        loop.get_executor(), std::move(loaded.tls), limits_of_this_process(),
        [&service](one::http::Request request) { return api::answer(service, std::move(request)); }};
    server.hear_proxies(config.proxy_peers);
    api::Readiness readiness{service, config.signer_socket};
    const api::Watched watched{&service, &readiness, [&server] { return server.counts(); }};
    one::http::PlainServer watchers{loop.get_executor(), [&watched](one::http::Request request) {
                                        return api::answer_watcher(watched, std::move(request));
                                    }};
    one::asio::signal_set signals{loop, SIGTERM, SIGINT};  // before anybody can know that we listen
    TRY_LET(const int port, server.listen(config.listen_address, config.listen_port));
    one::log::info("listening", {{"address", config.listen_address}, {"port", port}});

    listen_for_watchers(watchers, config);

    one::Tasks tasks{loop.get_executor()};
    tasks.spawn("desired state", desired.watch());
    tasks.spawn("own certificates", certificates.follow(server, service));
    tasks.spawn("order", keep_in_order(service, registration, config.sweep_interval));
    one::Tasks end{loop.get_executor()};
    end.spawn("end", until_told_to_end(signals, service, server, tasks, loop));
    loop.run();
    return Exit::ok;
}

}  // namespace onefrontend::cli
