// What OpenNebula needs passes this machine's firewall, where the person accepted that (--accept-risk=firewall).
//
// Each firewall is told in its own way, so that its own tools show it and its own reload keeps it: firewalld by a policy,
// ufw by lines in the file that it leaves to people; rules of nftables and iptables by a file of ours, from which the
// agent keeps a chain of ours beside those that would stop it. What was needed once stays while we are joined.
#include "nodeagent/steps/openings.hpp"
#include "nodeagent/steps/steps.hpp"

#include "common/managed_block.hpp"
#include "nodeagent/core/risks.hpp"
#include "nodeagent/firewall/rules.hpp"
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/steps/firewall_files.hpp"

#include <algorithm>
#include <array>

namespace onenode::steps {
namespace {

using firewall::Keeper;
using firewall::Openings;

constexpr std::string_view policies = "/etc/firewalld/policies";
constexpr std::string_view policy = "/etc/firewalld/policies/onenode.xml";
constexpr std::string_view ufw_rules = "/etc/ufw/before.rules";
constexpr std::string_view ufw_rules_six = "/etc/ufw/before6.rules";
constexpr std::array reads{firewall::directory, firewall::file, policies, policy, ufw_rules, ufw_rules_six};
constexpr const char* why = "this machine's firewall would stop what OpenNebula needs";

bool is_needed(const Facts& facts, const Openings& openings, Keeper keeper)
{
    if (!accepts(facts, risks::firewall)) return false;
    return std::ranges::any_of(openings, [&](const firewall::Opening& opening) {
        const auto closed = firewall::closed(facts.filter, opening, firewall::OurRules::do_not_count);
        return closed &&
               std::ranges::any_of(closed->chains, [keeper](const auto* chain) { return chain->keeper == keeper; });
    });
}

bool has_block(const Facts& facts, std::string_view path)
{
    return !one::managed_block(facts.text(path), block_name).empty();
}

void want_own_file(Changes& changes, const Facts& facts, const Openings& openings)
{
    if (facts.file(firewall::file) == nullptr && !is_needed(facts, openings, Keeper::nobody)) return;
    if (facts.file(firewall::directory) == nullptr)
        changes.push_back(MakeDirectory{.path = std::string{firewall::directory}, .why = why});
    want_file(changes, facts, {.path = std::string{firewall::file}, .text = firewall::to_text(openings), .why = why});
}

void want_policy(Changes& changes, const Facts& facts, const Openings& openings)
{
    if (facts.file(policy) == nullptr && !is_needed(facts, openings, Keeper::firewalld)) return;
    if (facts.file(policies) == nullptr)
        changes.push_back(MakeDirectory{.path = std::string{policies}, .mode = 0750, .why = why});
    want_file(changes, facts, {.path = std::string{policy}, .text = firewalld_policy(openings), .why = why});
}

void want_ufw_lines(Changes& changes, const Facts& facts, const Openings& openings)
{
    const bool had = has_block(facts, ufw_rules) || has_block(facts, ufw_rules_six);
    if (!had && !is_needed(facts, openings, Keeper::ufw)) return;
    for (const bool six : {false, true}) {
        const auto path = six ? ufw_rules_six : ufw_rules;
        const auto* there = facts.file(path);
        const auto lines = ufw_lines(openings, six);
        if (there == nullptr || (lines.empty() && !has_block(facts, path))) continue;
        want_file(changes, facts,
                  {.path = std::string{path},
                   .text = one::with_managed_block(there->text, block_name, lines),
                   .mode = there->info.mode,
                   .owner = there->owner,
                   .group = there->group,
                   .block = std::string{block_name},
                   .why = why});
    }
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    const auto openings = openings_for(desired);
    Changes changes;
    want_own_file(changes, facts, openings);
    want_policy(changes, facts, openings);
    want_ufw_lines(changes, facts, openings);
    return changes;
}

}  // namespace

constinit const Step firewall{"firewall", "the firewall lets OpenNebula through", reads, plan};

}  // namespace onenode::steps
