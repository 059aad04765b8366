// Members are made in the order in which they need each other; the scope's end takes them down in reverse.
#include "tests/oned-sim/simulator.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace onedsim {
namespace {

using Json = nlohmann::json;

one::Result<std::string> oneadmin_password(const std::string& path)
{
    std::ifstream file{path};
    std::string line;
    std::getline(file, line);
    const auto text = one::trim(line);
    if (!text.starts_with("oneadmin:"))
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = path,
                          .reason = "its first line is not oneadmin:PASSWORD",
                          .doing = "read"});
    return std::string{text.substr(text.find(':') + 1)};
}

one::Result<Fault> fault_of(const Json& line)
{
    const auto word = line.value("fault", "none");
    const auto kind = fault_kind(word);
    if (!kind)
        return one::fail({.kind = one::ErrorKind::invalid, .thing = "fault", .reason = "'" + word + "' is no fault"});
    return Fault{.kind = *kind,
                 .method = line.value("method", ""),
                 .delay_ms = line.value("delay_ms", 0),
                 .times = line.value("times", -1),
                 .after = line.value("after", 0),
                 .code = line.value("code", 0x2000),
                 .text = line.value("text", "")};
}

std::string complaint(const one::Error& error)
{
    return Json{{"error", one::to_line(error)}}.dump();
}

}  // namespace

Simulator::Simulator(Options options) :
    options_(std::move(options)),
    oned_log_(path_of("oned.log"), clock_),
    monitor_log_(path_of("monitor.log"), clock_),
    store_(options_.state_directory),
    reports_(world_, store_, clock_, oned_log_),
    driver_(options_.driver, monitor_log_,
            [this](int host, bool success, const std::string& text) { monitor_.started(host, success, text); }),
    monitor_(options_.monitor, reports_, driver_, clock_, monitor_log_),
    pipe_(monitor_),
    listener_([this](const std::string& text) { monitor_.receive(text); }),
    front_(world_, store_, faults_, clock_, oned_log_),
    control_([this](const std::string& line) { return control(line); })
{
}

Simulator::~Simulator()
{
    stop();
    driver_.finish();  // its answers go to monitor_, which ends before it
}

std::string Simulator::path_of(const std::string& log) const
{
    return options_.log_directory.empty() ? "" : options_.log_directory + "/" + log;
}

one::Result<> Simulator::prepare_world()
{
    TRY_LET(const auto password, oneadmin_password(options_.auth_file));
    TRY_LET(auto stored, store_.load());
    auto world = stored ? *std::move(stored) : fresh_world(password, options_.users);
    world.version = options_.version;
    if (!options_.hostname.empty()) world.endpoint = fmt::format("http://{}:{}/RPC2", options_.hostname, options_.port);
    for (const auto& [id, host] : world.hosts.objects)
        monitor_.know(host);
    world.monitor = &pipe_;
    return world_.with([&](World& held) {
        held = std::move(world);
        return store_.save(held);
    });
}

one::Result<> Simulator::start()
{
    TRY(prepare_world());
    TRY(listener_.start(options_.monitor.address, options_.monitor.port, options_.monitor.threads));
    options_.monitor.port = listener_.port();
    monitor_log_.info("MON", "Init Monitor Log system");
    monitor_log_.info("MON", "Starting Monitor Daemon");
    monitor_log_.info("HMM", "Raft status: SOLO");
    timer_ = std::jthread{[this] {
        while (stop_.sleep(static_cast<int>(options_.monitor.timer.count())))
            monitor_.tick();
    }};
    TRY(front_.start(options_.listen, options_.port));
    if (!options_.control_path.empty()) TRY(control_.start(options_.control_path));
    return {};
}

void Simulator::stop()
{
    stop_.raise();
    control_.stop();
    front_.stop();
    listener_.stop();
    if (timer_.joinable()) timer_.join();
}

std::string Simulator::ready_line() const
{
    return fmt::format("ready rpc={} monitor={}", front_.port(), listener_.port());
}

std::string Simulator::control(const std::string& text)
{
    const auto line = Json::parse(text, nullptr, false);
    if (!line.is_object()) return R"({"error":"not a JSON object"})";
    try {
        if (line.contains("clear")) {
            faults_.clear();
            clock_.skew(0);
            listener_.pause_udp(false);
            listener_.pause_tcp(false);
            if (auto listening = front_.listen(true); !listening) return complaint(listening.error());
        }
        if (line.contains("skew_s")) clock_.skew(line["skew_s"].get<std::int64_t>());
        if (line.contains("listen"))
            if (auto listening = front_.listen(line["listen"].get<bool>()); !listening)
                return complaint(listening.error());
        if (line.contains("vms")) {  // {"host":3,"vms":[7]}: this host runs these from now on
            auto vms = line["vms"].get<std::vector<int>>();
            const bool known = world_.with([&](World& world) {
                auto* host = world.hosts.find(line.value("host", -1));
                if (!host) return false;
                host->share.running_vms = static_cast<int>(vms.size());
                host->vms = std::move(vms);
                return true;
            });
            if (!known) return R"({"error":"no such host"})";
        }
        if (line.contains("pause_udp")) listener_.pause_udp(line["pause_udp"].get<bool>());
        if (line.contains("pause_tcp")) listener_.pause_tcp(line["pause_tcp"].get<bool>());
        if (line.contains("fault") || line.contains("delay_ms")) {
            auto fault = fault_of(line);
            if (!fault) return complaint(fault.error());
            faults_.add(*std::move(fault));
        }
        if (line.contains("calls"))
            return Json{{"ok", true}, {"calls", faults_.calls()}, {"lost_datagrams", listener_.lost_datagrams()}}
                .dump();
    } catch (const Json::exception& wrong) {  // a value of another type than its key takes
        return Json{{"error", wrong.what()}}.dump();
    }
    return R"({"ok":true})";
}

}  // namespace onedsim
