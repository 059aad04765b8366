// From this node to the front-end (images go back over ssh) and to the other nodes (guests migrate): their host keys are
// pinned, a certificate of the front-end's SSH host CA counts for nodes as well, and an unknown key is refused.
//
// The package's ~/.ssh/config says `accept-new` for every host and ssh takes the first value it meets, so our block
// stands first; `Match all` ends it, or the lines after it would apply to these hosts alone.
#include "common/managed_block.hpp"
#include "common/ssh/known_hosts.hpp"
#include "common/text/letters.hpp"
#include "common/text/number.hpp"
#include "common/text/words.hpp"
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/steps/distinct.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace onenode::steps {
namespace {

using one::ssh::KnownHost;

constexpr std::string_view config_file = "/var/lib/one/.ssh/config";
constexpr std::string_view known_hosts_file =
    "/var/lib/one/.ssh/known_hosts.onenode";  // ours alone: nothing accepted once counts
constexpr std::array reads{config_file, known_hosts_file};

// A name with a blank or a pattern would mean other hosts too.
bool is_plain_name(std::string_view name)
{
    return !name.empty() && one::consists_of(name, ".-_:");
}

void add(Distinct& names, const std::string& name)
{
    if (is_plain_name(name)) names.add(name);
}

Distinct frontend_hosts(const DesiredState& desired)
{
    Distinct names;
    for (const auto* list : {&desired.frontend_names, &desired.frontend_addresses})
        for (const auto& name : *list)
            add(names, name);
    return names;
}

// [name]:port, or a name alone.
std::string_view host_in(std::string_view known_name)
{
    if (!known_name.starts_with('[')) return known_name;
    return known_name.substr(1, known_name.rfind("]:") - 1);
}

std::optional<int> port_in(std::string_view known_name)
{
    const auto end = known_name.rfind("]:");
    if (!known_name.starts_with('[') || end == std::string_view::npos) return std::nullopt;
    return one::to_port(known_name.substr(end + 2));
}

// Pins of nodes: plain names only, none of the front-end's, which the SSH host CA has no say in.
std::vector<KnownHost> peers(const DesiredState& desired)
{
    std::set<std::string> frontend;  // as ssh compares them
    auto own_names = frontend_hosts(desired);
    for (const auto& own : std::move(own_names).take())
        frontend.insert(one::ssh::known_host_name(own));
    std::vector<KnownHost> known;
    for (const auto& line : desired.peer_known_hosts) {
        auto peer = one::ssh::parse_known_host(line);
        if (!peer || !peer->marker.empty()) continue;
        std::erase_if(peer->names, [&frontend](const auto& name) {
            const std::string host{host_in(name)};
            return !is_plain_name(host) || frontend.contains(one::ssh::known_host_name(host));
        });
        if (!peer->names.empty()) known.push_back(*std::move(peer));
    }
    return known;
}

// Drivers run plain `ssh HOST`, so whose sshd listens elsewhere is told to ssh here.
std::map<int, Distinct> hosts_by_port(const DesiredState& desired, const std::vector<KnownHost>& nodes)
{
    auto known = nodes;
    for (const auto& line : desired.frontend_known_hosts)
        if (auto host = one::ssh::parse_known_host(line); host && host->marker.empty())
            known.push_back(*std::move(host));
    std::map<int, Distinct> hosts;
    for (const auto& host : known)
        for (const auto& name : host.names)
            if (const auto port = port_in(name)) add(hosts[*port], std::string{host_in(name)});
    return hosts;
}

std::vector<std::string> config_lines(const DesiredState& desired)
{
    Distinct all = frontend_hosts(desired);
    const auto nodes = peers(desired);
    for (const auto& peer : nodes)
        for (const auto& name : peer.names)
            add(all, std::string{host_in(name)});
    const auto names = std::move(all).take();
    if (names.empty()) return {};
    std::vector<std::string> lines{"Host " + one::join(names, " "), "  StrictHostKeyChecking yes",
                                   "  UserKnownHostsFile " + std::string{known_hosts_file}, "  UpdateHostKeys no"};
    for (auto& [port, distinct] : hosts_by_port(desired, nodes)) {
        const auto hosts = std::move(distinct).take();
        if (hosts.empty()) continue;
        lines.push_back("Host " + one::join(hosts, " "));
        lines.push_back(fmt::format("  Port {}", port));
    }
    lines.emplace_back("Match all");
    return lines;
}

std::string frontend_pins(const DesiredState& desired)
{
    std::string text;
    for (const auto& line : desired.frontend_known_hosts)
        if (const auto known = one::ssh::parse_known_host(line)) text += one::ssh::to_line(*known) + '\n';
    return text;
}

std::string marked(const std::string& marker, const std::vector<std::string>& names,
                   const std::vector<std::string>& keys)
{
    std::string text;
    for (const auto& line : keys)
        if (auto key = one::ssh::parse_public_key(line); key && key->options.empty())
            text += one::ssh::to_line(KnownHost{.marker = marker, .names = names, .key = *std::move(key)}) + '\n';
    return text;
}

std::string peer_pins(const DesiredState& desired)
{
    std::string text;
    std::vector<std::string> before;  // a node has a line for each of its keys, and one for the CA is enough
    for (const auto& peer : peers(desired)) {
        text += one::ssh::to_line(peer) + '\n';
        if (peer.names != before) text += marked("@cert-authority", peer.names, desired.ssh_authorities);
        before = peer.names;
    }
    return text;
}

std::string known_hosts_text(const DesiredState& desired)
{
    const auto frontend = frontend_pins(desired);
    const auto nodes = peer_pins(desired);
    std::string text;
    if (!frontend.empty()) text += "# Written by onenode: host keys of the front-end.\n" + frontend;
    if (!nodes.empty()) text += "# The other nodes, and who vouches for their keys.\n" + nodes;
    return text + marked("@revoked", {"*"}, desired.revoked_host_keys);
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    Changes changes;
    want_file(changes, facts,
              {.path = std::string{known_hosts_file},
               .text = known_hosts_text(desired),
               .mode = 0600,
               .owner = "oneadmin",
               .why = "the front-end and the other nodes are recognised by these host keys"});
    want_file(changes, facts,
              {.path = std::string{config_file},
               .text = one::with_managed_block(facts.text(config_file), block_name, config_lines(desired),
                                               one::BlockPlace::first),
               .mode = 0600,
               .owner = "oneadmin",
               .block = std::string{block_name},
               .why = "ssh to the front-end and to the other nodes must refuse a host key that nobody vouches for"});
    return changes;
}

}  // namespace

constinit const Step ssh_out{"ssh-out", "oneadmin recognises the front-end and the other nodes by their host keys",
                             reads, plan};

}  // namespace onenode::steps
