// The hosts as onemonitord sees them: start, stop, restart after silence.
#include "tests/oned-sim/monitor/manager.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace onedsim {
namespace {

constexpr std::array known_drivers{"kvm", "qemu", "lxc"};
constexpr std::int64_t mark_every_ms = 600'000;

bool has_driver(const std::string& im_mad)
{
    for (const auto* known : known_drivers)
        if (im_mad == known) return true;
    return false;
}

}  // namespace

void HostMonitor::know(const Host& host)
{
    const std::lock_guard lock{mutex_};
    add(host);
}

void HostMonitor::add(const Host& host)
{
    hosts_[host.id] = {.name = host.name, .im_mad = host.im_mad, .state = host.state};
}

void HostMonitor::update_host(const Host& host)
{
    const std::lock_guard lock{mutex_};
    const auto known = hosts_.find(host.id);
    if (known == hosts_.end()) {
        add(host);
        if (host.state == HostState::init) start(host.id, hosts_[host.id]);
        return;
    }
    auto& held = known->second;
    const auto before = std::exchange(held.state, host.state);
    held.name = host.name;
    held.im_mad = host.im_mad;
    if (before == host.state) return;
    if (host.state == HostState::offline)
        stop(host.id, held);
    else if (before == HostState::offline && !held.starting)
        start(host.id, held);
    held.latest.clear();
    log_.debug("HMM", fmt::format("Updated Host {}, state {}", host.id, name_of(host.state)));
}

void HostMonitor::stop_monitor(int id, const std::string&, const std::string&)
{
    const std::lock_guard lock{mutex_};
    if (auto* host = find(id, "stop_monitor")) stop(id, *host);
}

void HostMonitor::delete_host(int id)
{
    const std::lock_guard lock{mutex_};
    hosts_.erase(id);
}

void HostMonitor::start(int id, Monitored& host)
{
    if (!has_driver(host.im_mad)) return log_.error("HMM", "start_monitor: Cannot find driver " + host.im_mad);
    host.starting = true;
    host.heard = clock_.milliseconds();
    log_.debug("HMM", fmt::format("Monitoring host {}({})", host.name, id));
    driver_.start_monitor(
        {.host = id, .name = host.name, .im_mad = host.im_mad, .input = configuration_xml(settings_, id)});
}

void HostMonitor::stop(int id, Monitored& host)
{
    if (!has_driver(host.im_mad)) return log_.error("HMM", "stop_monitor: Cannot find driver " + host.im_mad);
    log_.debug("HMM", fmt::format("Stopping Monitoring on host {}({})", host.name, id));
    driver_.stop_monitor(
        {.host = id, .name = host.name, .im_mad = host.im_mad, .input = configuration_xml(settings_, id)});
    host.starting = false;
}

void HostMonitor::tick()
{
    const std::lock_guard lock{mutex_};
    const auto now = clock_.milliseconds();
    if (marked_ == 0) marked_ = now;
    if (now - marked_ >= mark_every_ms) {
        log_.info("HMM", "--Mark--");
        marked_ = now;
    }
    for (auto& [id, host] : hosts_) {
        const auto silence = now - host.heard;
        if (silence <= settings_.interval.count()) continue;
        if (host.starting) {
            if (silence >= settings_.start_expires.count()) start(id, host);
        } else if (host.state == HostState::offline) {
            host.heard = now;
            oned_.host_record(id, {.time = now / 1000});
        } else {
            start(id, host);
        }
    }
}

void HostMonitor::started(int id, bool success, const std::string& text)
{
    const std::lock_guard lock{mutex_};
    if (!success) {
        log_.warning("MDP", fmt::format("Start monitor failed for host {}: {}", id, text));
        return start_failed(id);
    }
    if (text.find_first_not_of(" \t\r\n") != std::string::npos) {
        const auto reports = parse_start_answer(text, id);
        if (!reports) {
            start_failed(id);
            return log_.warning("MDP", fmt::format("Error parsing start message for host {}: {}", id, text));
        }
        for (const auto& report : *reports)
            take(report);
    }
    log_.debug("HMM", fmt::format("Start monitor success, host: {}", id));
    const auto host = hosts_.find(id);
    if (host == hosts_.end() || host->second.state == HostState::offline) return;
    host->second.heard = clock_.milliseconds();
    host->second.starting = false;
}

void HostMonitor::start_failed(int id)
{
    log_.error("HMM", fmt::format("Unable to monitor host id: {}", id));
    const auto host = hosts_.find(id);
    if (host == hosts_.end() || host->second.state == HostState::offline) return;
    host->second.starting = false;
    oned_.host_error(id, "");  // the reason stays in this log alone
}

HostMonitor::Monitored* HostMonitor::find(int id, std::string_view who)
{
    const auto host = hosts_.find(id);
    if (host != hosts_.end()) return &host->second;
    log_.warning("HMM", fmt::format("{}: unknown host {}", who, id));
    return nullptr;
}

}  // namespace onedsim
