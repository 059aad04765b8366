// Goes between two nodes as OpenNebula's drivers do: from oned's environment to one, with the agent forwarded, and on.
#include "frontend/proofs/pair.hpp"

#include "common/text/encoding.hpp"
#include "frontend/proofs/ssh_environment.hpp"

#include <fmt/format.h>

#include <array>
#include <future>

namespace onefrontend {
namespace {

using one::CommandOutput;
using one::Result;

constexpr std::chrono::seconds limit{20};
constexpr std::size_t capabilities_size = 1024 * 1024;
constexpr std::size_t nonce_bytes = 12;
constexpr int tries_from_each_end = 3;

// Ruby is on every node: OpenNebula's probes are written in it.
constexpr std::string_view listener = R"rb(require "socket"
begin
  server = TCPServer.new(ARGV[0].to_i)
rescue Errno::EADDRINUSE
  puts "busy"
  exit
end
unless IO.select([server], nil, nil, 12)
  puts "silent"
  exit
end
peer = server.accept
said = IO.select([peer], nil, nil, 5) ? peer.gets.to_s.strip : ""
said == ARGV[1] ? puts("heard") : puts("other")
)rb";

constexpr std::string_view caller = R"rb(require "socket"
last = "no answer"
ends = Process.clock_gettime(Process::CLOCK_MONOTONIC) + 9
while Process.clock_gettime(Process::CLOCK_MONOTONIC) < ends
  begin
    Socket.tcp(ARGV[0], ARGV[1].to_i, connect_timeout: 3) { |peer| peer.puts ARGV[2] }
    puts "sent"
    exit
  rescue SystemCallError, SocketError => error
    last = error.message
    sleep 0.3
  end
end
puts last
)rb";

Result<CommandOutput> on(const Config& config, const std::string& name, std::vector<std::string> argv,
                         std::string_view input = {})
{
    auto command = fresh_ssh(config, name, {}, one::to_shell(argv), limit);
    command.input = input;
    command.output_limit = capabilities_size;
    return one::run_command(command);
}

/// The drivers' own way of a step in which a node goes on to another; both are joined nodes.
Result<CommandOutput> log_in_onwards(const Config& config, const PairEnd& from, const PairEnd& to)
{
    const std::vector<std::string> onwards{"ssh",
                                           "-o",
                                           "BatchMode=yes",
                                           "-o",
                                           "ControlMaster=no",
                                           "-o",
                                           "ControlPath=none",
                                           "-o",
                                           "LogLevel=ERROR",
                                           "-o",
                                           "ConnectTimeout=8",
                                           to.name,
                                           "cat /etc/machine-id"};
    return one::run_command(fresh_ssh(config, from.name, {"-o", "ForwardAgent=yes"}, one::to_shell(onwards), limit));
}

PortTry try_port(const Config& config, const PairEnd& from, const PairEnd& to, int port)
{
    const auto nonce = one::to_hex(one::random_bytes(nonce_bytes));
    const auto number = std::to_string(port);
    auto listening = std::async(std::launch::async, [&] {
        return on(config, to.name, {"ruby", "-", number, nonce}, listener);
    });
    PortTry tried{
        .port = port, .heard = {}, .sent = on(config, from.name, {"ruby", "-", to.name, number, nonce}, caller)};
    tried.heard = listening.get();
    return tried;
}

/// A migration that is under way has the first ones; a rule of a firewall may have forgotten the last ones.
std::vector<PortTry> try_ports(const Config& config, const PairEnd& from, const PairEnd& to)
{
    std::vector<PortTry> tries;
    for (const auto& [begin, step] : {std::array{first_migration_port, 1}, std::array{last_migration_port, -1}}) {
        for (int i = 0; i < tries_from_each_end; ++i) {
            tries.push_back(try_port(config, from, to, begin + i * step));
            if (!is_busy(tries.back())) break;
        }
    }
    return tries;
}

Result<Hypervisor> ask_hypervisor(const Config& config, const PairEnd& node)
{
    TRY_LET(const auto said, on(config, node.name, {"virsh", "-c", "qemu:///system", "capabilities"}));
    if (said.ok()) return parse_capabilities(said.out);
    return one::fail({.kind = one::ErrorKind::unreachable,
                      .thing = "libvirt of " + node.name,
                      .reason = one::complaint_of(said),
                      .next = "on " + node.name + ": onenode doctor",
                      .doing = "ask"});
}

void cross(const Config& config, const PairEnd& from, const PairEnd& to, Findings& findings)
{
    findings.push_back(judge_peer_login(from, to, log_in_onwards(config, from, to)));
    if (from.type != "lxc" && to.type != "lxc")  // containers do not move while they run
        findings.push_back(judge_peer_ports(from, to, try_ports(config, from, to)));
}

}  // namespace

Findings test_pair(const Config& config, const PairEnd& first, const PairEnd& second)
{
    Findings findings;
    cross(config, first, second, findings);
    cross(config, second, first, findings);
    if (first.type == "lxc" || second.type == "lxc") return findings;
    for (auto& finding :
         judge_peer_hypervisors(first, ask_hypervisor(config, first), second, ask_hypervisor(config, second)))
        findings.push_back(std::move(finding));
    return findings;
}

}  // namespace onefrontend
