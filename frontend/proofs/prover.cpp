// The proofs in order: what blocks goes to the pool, the verdicts into node.proofs.
#include "frontend/proofs/prover.hpp"

#include "common/text/encoding.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/proofs/beacon.hpp"
#include "frontend/proofs/login_proof.hpp"
#include "frontend/proofs/monitor_log.hpp"
#include "frontend/proofs/monitoring.hpp"
#include "frontend/proofs/name_here.hpp"
#include "frontend/proofs/rehearsal.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace onefrontend {
namespace {

using namespace std::chrono;
using one::Async;
using one::Result;
using one::wire::ProofReport;

constexpr std::array datagram_sizes{100, 1400, 1472, 4000, 16000, 60000};  // below, at and above one Ethernet frame
constexpr int line_size = 100;
constexpr milliseconds arrival_limit{3000};
constexpr milliseconds arrival_lag{1000};  // all was sent within milliseconds
constexpr std::size_t nonce_bytes = 16;

ProofReport report(Findings findings, std::string ssh_client, steady_clock::time_point start)
{
    return {std::move(findings), std::move(ssh_client),
            duration_cast<milliseconds>(steady_clock::now() - start).count()};
}

Result<MonitorEndpoint> endpoint_for(const Config& config, const Node& node)
{
    TRY_LET(const auto text, read_small_file(config.monitord_conf));
    TRY_LET(auto endpoint, monitor_endpoint(text));
    if (endpoint.address != "auto") return endpoint;
    endpoint.address = node.proofs.ssh_client;
    if (endpoint.address.empty())
        return one::fail({.kind = one::ErrorKind::conflict,
                          .thing = "MONITOR_ADDRESS \"auto\"",
                          .reason = "the login is not proven yet, so nobody knows the address that the node sees",
                          .next = "let the login be proven first",
                          .doing = "resolve"});
    return endpoint;
}

std::vector<std::string> traces_of(const Proofs& proofs)
{
    std::vector<std::string> traces;
    for (const auto id : proofs.beacon_ids)
        traces.push_back(trace_in_log(id));
    traces.push_back("unknown host " + proofs.tcp_nonce);
    return traces;
}

// What the nodes are told; the default where the file cannot be read, which other findings say.
MonitorEndpoint told_endpoint(const Config& config)
{
    const auto text = read_small_file(config.monitord_conf);
    const auto endpoint = text ? monitor_endpoint(*text) : Result<MonitorEndpoint>{};
    return endpoint ? *endpoint : MonitorEndpoint{};
}

MonitoringArrivals arrivals_of(const Config& config, const Proofs& proofs, const std::vector<std::string>& missing,
                               one::wire::MonitoringSent sent)
{
    const auto is_missing = [&](const std::string& trace) {
        return std::ranges::find(missing, trace) != missing.end();
    };
    const auto told = told_endpoint(config);
    MonitoringArrivals arrivals{.address = proofs.monitor_address,
                                .port = told.port,
                                .from_ssh = told.address == "auto",
                                .sizes = proofs.sizes,
                                .sent = std::move(sent)};
    arrivals.ours = is_own_address(proofs.monitor_address);
    for (std::size_t i = 0; i < proofs.beacon_ids.size() && i < proofs.sizes.size(); ++i)
        if (is_missing(trace_in_log(proofs.beacon_ids[i]))) arrivals.lost.push_back(proofs.sizes[i]);
    arrivals.tcp_lost = is_missing("unknown host " + proofs.tcp_nonce);
    return arrivals;
}

Findings unproven(const Config& config, const one::Error& error)
{
    const int port = told_endpoint(config).port;
    const auto udp = port_id(port, "udp");
    return {broken(udp, error), not_checked("udp-fragments", "needs " + udp), broken(port_id(port, "tcp"), error)};
}

}  // namespace

Result<one::wire::LoginChallenge> Prover::challenge_login(Node& node)
{
    node.proofs = {};  // what was proven before a new login counts no more
    node.proofs.login_nonce = one::to_hex(one::random_bytes(nonce_bytes));
    return one::wire::LoginChallenge{node.proofs.login_nonce, std::string{login_nonce_file}};
}

Async<ProofReport> Prover::check_login(Node& node)
{
    const auto start = steady_clock::now();
    auto work = [config = *config_, node] { return prove_login(config, node); };
    auto proof = co_await one::off_the_loop(*ssh_, std::move(work));
    node.proofs.ssh_client = proof.ssh_client;
    node.proofs.login_ok = all_proven(proof.findings);
    co_return report(std::move(proof.findings), proof.ssh_client, start);
}

Result<one::wire::MonitoringChallenge> Prover::challenge_monitoring(Node& node)
{
    TRY_LET(const auto endpoint, endpoint_for(*config_, node));
    const auto now = duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
    Proofs& proofs = node.proofs;
    proofs.monitor_address = endpoint.address;
    proofs.monitoring_ok = false;
    proofs.beacon_ids.clear();
    proofs.sizes.assign(datagram_sizes.begin(), datagram_sizes.end());

    one::wire::MonitoringChallenge challenge{.address = endpoint.address, .port = endpoint.port};
    for (const int size : datagram_sizes) {
        const auto beacon = make_beacon(static_cast<std::size_t>(size), now);
        proofs.beacon_ids.push_back(beacon.host_id);
        challenge.datagrams.push_back(one::to_base64(beacon.message));
    }
    // Also over TCP a beacon: onemonitord logs it as a warning, a word it does not know only at a higher level.
    const auto line = make_beacon(line_size, now);
    proofs.tcp_nonce = std::to_string(line.host_id);
    challenge.line = line.message + '\n';
    return challenge;
}

Async<ProofReport> Prover::check_monitoring(Node& node, one::wire::MonitoringSent sent)
{
    const auto start = steady_clock::now();
    node.proofs.monitoring_ok = false;
    if (node.proofs.beacon_ids.empty() || node.proofs.tcp_nonce.empty()) {
        const one::Error early{.kind = one::ErrorKind::conflict,
                               .thing = "the monitoring of " + node.name,
                               .reason = "nothing was sent yet",
                               .next = "ask for the challenge first",
                               .doing = "prove"};
        co_return report(unproven(*config_, early), {}, start);
    }
    auto look = [config = *config_] { return check_onemonitord(config); };
    const auto usable = co_await one::off_the_loop(*quick_, std::move(look));
    if (!usable) co_return report(unproven(*config_, usable.error()), {}, start);

    auto traces = traces_of(node.proofs);
    auto path = config_->monitor_log;
    const auto missing =
        co_await missing_in_log(*quick_, std::move(path), std::move(traces), arrival_limit, arrival_lag);
    if (!missing) co_return report(unproven(*config_, missing.error()), {}, start);
    auto findings = judge_arrivals(arrivals_of(*config_, node.proofs, *missing, std::move(sent)));
    node.proofs.monitoring_ok = all_proven(findings);
    co_return report(std::move(findings), node.proofs.ssh_client, start);
}

Async<ProofReport> Prover::rehearse(Node& node)
{
    const auto start = steady_clock::now();
    auto work = [config = *config_, node] { return rehearse_host(config, node); };
    auto findings = co_await one::off_the_loop(*ssh_, std::move(work));
    node.proofs.rehearsal_ok = all_proven(findings);
    co_return report(std::move(findings), node.proofs.ssh_client, start);
}

Async<Findings> Prover::check_name(std::string name, std::vector<std::string> addresses)
{
    auto work = [name] { return resolve_here(name); };
    const auto resolved = co_await one::off_the_loop(*quick_, std::move(work));
    co_return judge_name(name, resolved, addresses);
}

}  // namespace onefrontend
