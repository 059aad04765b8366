// The daemon: `onenode agent` under systemd or any other supervisor.
#include "nodeagent/cli/checkup.hpp"
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/metrics.hpp"
#include "nodeagent/cli/verbs.hpp"

#include "common/log.hpp"
#include "common/text/moment.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/link/places.hpp"
#include "nodeagent/watch/agent.hpp"
#include "nodeagent/watch/agent_status.hpp"
#include "nodeagent/watch/host_name_eye.hpp"
#include "nodeagent/watch/inotify.hpp"
#include "nodeagent/watch/memory.hpp"
#include "nodeagent/watch/netlink.hpp"
#include "nodeagent/watch/notify.hpp"
#include "nodeagent/watch/processes.hpp"
#include "nodeagent/watch/standing.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <atomic>
#include <functional>
#include <utility>

namespace onenode::cli {
namespace {

Error not_joined(std::string reason)
{
    return {.kind = ErrorKind::not_found,
            .thing = "onenode agent",
            .reason = std::move(reason),
            .next = "onenode join FRONTEND",
            .doing = "run"};
}

/// They are counted from files in oneadmin's home, too: one that a dead server keeps must not stop the loop.
class MetricsThread {
public:
    explicit MetricsThread(MetricsFile& file) : file_(&file) {}

    void post(std::function<void(MetricsFile& file)> work)
    {
        if (waiting_ >= most_waiting) return;  // it hangs
        ++waiting_;
        one::asio::post(thread_, [this, work = std::move(work)] {
            work(*file_);
            --waiting_;
        });
    }
    /// Numbers that nobody keeps true are worse than none.
    bool end()
    {
        one::asio::post(thread_, [this] { file_->remove(); });
        return ends_within(thread_, patience);
    }

private:
    static constexpr int most_waiting = 16;
    static constexpr std::chrono::seconds patience{10};

    MetricsFile* file_;
    std::atomic<int> waiting_ = 0;
    one::asio::thread_pool thread_{1};
};

AgentEvents events_for(World& world, const Notifier& notifier, MetricsThread& metrics)
{
    AgentEvents events;
    events.round = [&metrics] { metrics.post([](MetricsFile& file) { file.write(false); }); };
    events.rest = give_back_memory;
    events.host = [&metrics](const HostAnswer& answer) {
        metrics.post([answer](MetricsFile& file) {
            file.heard(answer);
            file.write(true);
        });
    };
    if (world.watchdog.count() > 0) events.alive = [&notifier] { notifier.send("WATCHDOG=1"); };
    events.status = [&world, &notifier, &metrics, shown = std::string{}](AgentStatus status) mutable {
        notifier.status(status.sentence);
        status.pid = ::getpid();
        if (const auto written = write_agent_status(*world.host, status); !written)
            one::log::warning("the status file was not written", {{"reason", one::to_line(written.error())}});
        const bool is_news = std::exchange(shown, status.sentence) != status.sentence;
        metrics.post([is_news](MetricsFile& file) { file.write(is_news); });
    };
    return events;
}

AgentLimits limits_for(const World& world)
{
    AgentLimits limits;
    if (world.watchdog.count() > 0) limits.alive = world.watchdog / 3;
    return limits;
}

/// An eye that cannot be opened is told and done without: the front-end is followed all the same.
template <class Kind>
std::unique_ptr<Kind> open_eye(World& world, std::string_view missed, std::string* blind = nullptr)
{
    auto eye = Kind::open(world.network->executor());
    if (eye) return *std::move(eye);
    one::log::warning(missed, {{"reason", one::to_line(eye.error())}});
    if (blind != nullptr && blind->empty()) *blind = fmt::format("{}: {}", missed, with_next(eye.error()));
    return nullptr;
}

Error runs_already(Error error)
{
    if (error.kind != ErrorKind::busy) return error;
    return {.kind = ErrorKind::conflict,
            .thing = "onenode agent",
            .reason = "one runs on this machine already: " + error.reason,
            .next = "systemctl status onenode.service",
            .doing = "run"};
}

/// What a thread looks at may be no more when it wakes, so the process ends before anything of it does.
[[noreturn]] void end_without_threads()
{
    one::log::warning("a check or a change did not end: the agent ends without it", {{"next", "onenode doctor"}});
    ::_exit(static_cast<int>(Exit::ok));
}

Result<Exit> go(const AgentOptions& options, World& world)
{
    TRY(must_be_root(*world.host, "agent"));
    share_one_heap();
    TRY_LET(auto member, load_membership(*world.host));
    if (auto lost = forgotten_join(*world.host, world.steps)) return one::fail(*std::move(lost));
    if (!member || member->phase == MemberPhase::enrolled) return one::fail(not_joined("this machine is not joined"));
    if (member->phase != MemberPhase::joined) return one::fail(not_joined("this machine is about to leave"));
    TRY_LET(const NodeIdentity identity, load_identity(*world.host));
    TRY_LET(const auto target, parse_frontend(member->frontend));
    TRY_LET(Frontend frontend, as_node(*world.network, target, identity));
    TRY_LET(Frontend reports, as_node(*world.network, target, identity));

    TRY_LET(const auto only_one, world.host->lock(places::agent_lock).map_error(runs_already));
    const Notifier notifier{world.notify_socket};
    MetricsFile metrics_file{*world.host, options.metrics_file};
    MetricsThread metrics{metrics_file};
    AgentEvents events = events_for(world, notifier, metrics);
    std::string blind;
    const auto files = open_eye<Inotify>(world, "edits of managed files are not noticed", &blind);
    const auto libvirt = open_eye<Inotify>(world, "a stop of libvirt is not noticed", &blind);
    const auto way_in = open_eye<Inotify>(world, "a way in that is closed is not noticed", &blind);
    const auto addresses = open_eye<Netlink>(world, "changes of addresses are not noticed", &blind);
    const auto host_name = open_eye<HostNameEye>(world, "changes of the host name are not noticed", &blind);
    const auto proxy_files = open_eye<Inotify>(world, "changes of the transparent proxy are not noticed", &blind);
    const auto links = open_eye<Netlink>(world, "guests that come to a bridge are not noticed", &blind);
    const auto processes = open_eye<Processes>(world, "a transparent proxy that ends is not noticed", &blind);
    const Eyes eyes{.files = files.get(),
                    .libvirt = libvirt.get(),
                    .way_in = way_in.get(),
                    .addresses = addresses.get(),
                    .host_name = host_name.get(),
                    .firewall = [&] { return open_eye<LostRules>(world, "a firewall loaded anew is not noticed"); },
                    .health = [&world] { return look_at_health(world); },
                    .blind = blind};
    ProxyEyes proxy_eyes{.files = proxy_files.get(),
                         .rules = [&] { return open_eye<ProxyRules>(world, "a flushed nftables is not noticed"); },
                         .links = links.get(),
                         .processes = processes.get()};
    // before READY: who waited for that may ask `onenode status` at once
    events.status({.sentence = joined_as(*member), .since = one::rfc3339(world.host->now())});
    Agent agent{*world.host, std::move(frontend), *std::move(member),
                world.steps, limits_for(world),   std::move(events),
                eyes,        std::move(reports),  std::move(proxy_eyes)};
    notifier.send("READY=1");
    const auto ended = world.network->wait(agent.run());
    notifier.send("STOPPING=1\nSTATUS=stopping");
    const bool counted = metrics.end();
    const bool is_over = agent.let_work_end();
    if (!counted || !is_over) end_without_threads();
    if (!ended && ended.error().kind != ErrorKind::interrupted) return one::fail(ended.error());
    return Exit::ok;
}

}  // namespace

Exit agent(const AgentOptions& options, World& world)
{
    const auto ended = go(options, world);
    if (ended) return *ended;
    const bool hopeless = ended.error().kind == ErrorKind::not_found || ended.error().kind == ErrorKind::denied ||
                          ended.error().kind == ErrorKind::invalid;
    const Exit exit = hopeless ? Exit::cannot_run : Exit::failed;
    world.terminal->fail("agent", ended.error(), {}, exit);
    return exit;
}

}  // namespace onenode::cli
