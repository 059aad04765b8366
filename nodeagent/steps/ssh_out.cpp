// From this node to the front-end (images go back over ssh): its host keys are pinned, an unknown one is refused.
//
// The package's ~/.ssh/config says `accept-new` for every host and ssh takes the first value it meets, so our block
// stands first; `Match all` ends it, or the lines after it would apply to the front-end alone.
#include "common/managed_block.hpp"
#include "common/ssh/known_hosts.hpp"
#include "common/text/words.hpp"
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/steps/steps.hpp"

#include <algorithm>
#include <array>

namespace onenode::steps {
namespace {

constexpr std::string_view config_file = "/var/lib/one/.ssh/config";
constexpr std::string_view known_hosts_file =
    "/var/lib/one/.ssh/known_hosts.onenode";  // ours alone: nothing accepted once counts
constexpr std::array reads{config_file, known_hosts_file};

// A name with a blank or a pattern would mean other hosts too.
bool is_plain_name(std::string_view name)
{
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == ':';
    });
}

std::vector<std::string> config_lines(const DesiredState& desired)
{
    std::vector<std::string> names;
    for (const auto* list : {&desired.frontend_names, &desired.frontend_addresses})
        for (const auto& name : *list)
            if (is_plain_name(name) && std::ranges::find(names, name) == names.end()) names.push_back(name);
    if (names.empty()) return {};
    return {"Host " + one::join(names, " "), "  StrictHostKeyChecking yes",
            "  UserKnownHostsFile " + std::string{known_hosts_file}, "  UpdateHostKeys no", "Match all"};
}

std::string known_hosts_text(const DesiredState& desired)
{
    std::string text;
    for (const auto& line : desired.frontend_known_hosts)
        if (const auto known = one::ssh::parse_known_host(line)) text += one::ssh::to_line(*known) + '\n';
    return text.empty() ? text : "# Written by onenode: host keys of the front-end.\n" + text;
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    Changes changes;
    want_file(changes, facts,
              {.path = std::string{known_hosts_file},
               .text = known_hosts_text(desired),
               .mode = 0600,
               .owner = "oneadmin",
               .why = "the front-end is recognised by these host keys"});
    want_file(changes, facts,
              {.path = std::string{config_file},
               .text = one::with_managed_block(facts.text(config_file), block_name, config_lines(desired),
                                               one::BlockPlace::first),
               .mode = 0600,
               .owner = "oneadmin",
               .block = std::string{block_name},
               .why = "ssh to the front-end must refuse a host key that is not pinned"});
    return changes;
}

}  // namespace

constinit const Step ssh_out{"ssh-out", "oneadmin recognises the front-end by its host keys", reads, plan};

}  // namespace onenode::steps
