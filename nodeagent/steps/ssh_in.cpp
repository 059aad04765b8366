// The front-end logs in to this node as oneadmin. Keys that people added to the file stay.
#include "common/managed_block.hpp"
#include "common/ssh/public_key.hpp"
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/steps/steps.hpp"

#include <array>

namespace onenode::steps {
namespace {

constexpr std::string_view keys_file = "/var/lib/one/.ssh/authorized_keys";
constexpr std::array reads{keys_file};

// Only keys: options in front of one (command=, from=) are not the front-end's to give.
std::vector<std::string> plain_keys(const std::vector<std::string>& lines)
{
    std::vector<std::string> keys;
    for (const auto& line : lines)
        if (const auto key = one::ssh::parse_public_key(line)) keys.push_back(one::ssh::to_line(*key));
    return keys;
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    Changes changes;
    want_file(changes, facts,
              {.path = std::string{keys_file},
               .text = one::with_managed_block(facts.text(keys_file), block_name, plain_keys(desired.oneadmin_keys)),
               .mode = 0600,  // sshd's StrictModes ignores a file that others can write
               .owner = "oneadmin",
               .block = std::string{block_name},
               .why = "these are the keys of the front-end's oneadmin"});
    return changes;
}

}  // namespace

constinit const Step ssh_in{"ssh-in", "the front-end can log in as oneadmin", reads, plan};

}  // namespace onenode::steps
