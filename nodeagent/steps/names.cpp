// Names of other machines of the zone, in /etc/hosts only where the resolver knows nothing of them. While it does not
// answer, nothing is concluded from that: a line once written would hide what DNS says later. A name of the front-end's
// is never given to another machine.
#include "common/managed_block.hpp"
#include "common/ssh/known_hosts.hpp"
#include "common/text/address.hpp"
#include "common/text/letters.hpp"
#include "common/text/words.hpp"
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/steps/steps.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace onenode::steps {
namespace {

constexpr std::string_view hosts_file = "/etc/hosts";
constexpr std::array reads{hosts_file};

bool is_name(std::string_view name)
{
    if (name.empty() || name.size() > 63 || name.back() == '.' || name == "localhost" || name.starts_with("localhost."))
        return false;
    return one::consists_of(name, ".-_");
}

// Who has one of these is the front-end for every driver here, whatever the front-end's list of peers says.
bool is_frontends(const DesiredState& desired, const std::string& name)
{
    const auto same = [&name](const std::string& own) {
        return one::ssh::known_host_name(own) == one::ssh::known_host_name(name);
    };
    return (desired.monitor_address != "auto" && same(desired.monitor_address)) ||
           std::ranges::any_of(desired.frontend_names, same);
}

// What we wrote is what the resolver answers now: such a name is still ours to give.
std::set<std::string> names_of_ours(const std::vector<std::string>& block)
{
    std::set<std::string> names;
    for (const auto& line : block)
        if (auto words = one::split_words(line); words.size() == 2) names.insert(std::move(words[1]));
    return names;
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    const auto current = facts.text(hosts_file);
    const auto ours = names_of_ours(one::managed_block(current, block_name));
    std::vector<std::string> lines;
    for (const auto& peer : desired.peers) {
        if (!is_name(peer.name) || !one::is_address(peer.address) || peer.name == desired.node_name ||
            is_frontends(desired, peer.name))
            continue;
        const bool may_be_known = facts.resolved.contains(peer.name) || facts.unanswered.contains(peer.name);
        if (may_be_known && !ours.contains(peer.name)) continue;
        lines.push_back(peer.address + ' ' + peer.name);
    }
    auto wanted = one::with_managed_block(current, block_name, lines);
    if (wanted == current) return {};

    WriteFile file{.path = std::string{hosts_file},
                   .text = std::move(wanted),
                   .block = std::string{block_name},
                   .why = "the resolver knows nothing of these machines of the zone"};
    if (const FileFact* there = facts.file(hosts_file)) {
        file.mode = there->info.mode;
        file.owner = there->owner;
        file.group = there->group;
    }
    return {std::move(file)};
}

}  // namespace

constinit const Step names{"names", "machines of the zone have names here", reads, plan};

}  // namespace onenode::steps
