// Drivers call `sudo -n` for networks, volumes and mounts. The node package brings the rules; without it we do.
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/steps/steps.hpp"
#include "nodeagent/steps/sudo_rules.hpp"

#include <array>

namespace onenode::steps {
namespace {

constexpr std::string_view directory = "/etc/sudoers.d";
constexpr std::string_view ours = "/etc/sudoers.d/opennebula-onenode";
constexpr std::string_view package_aliases = "/etc/sudoers.d/opennebula";
constexpr std::string_view package_kvm = "/etc/sudoers.d/opennebula-node-kvm";
constexpr std::string_view package_lxc = "/etc/sudoers.d/opennebula-node-lxc";
constexpr std::array reads{directory, ours, package_aliases, package_kvm, package_lxc};

// The package may come after the join: from then on its rules count alone. What people made of our file stays.
Changes without_ours(const Facts& facts)
{
    const FileFact* there = facts.file(ours);
    const bool untouched = there != nullptr && (there->text == sudo_rules("kvm") || there->text == sudo_rules("lxc"));
    if (!untouched) return {};
    return {RemoveFile{.path = std::string{ours}, .why = "OpenNebula's package grants the drivers' commands now"}};
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    if (!facts.file(directory)) return {};  // no sudo here: the check sudo-missing says so
    const auto rules_of_package = desired.type == "lxc" ? package_lxc : package_kvm;
    if (facts.file(package_aliases) && facts.file(rules_of_package)) return without_ours(facts);

    Changes changes;
    want_file(changes, facts,
              {.path = std::string{ours},
               .text = sudo_rules(desired.type),
               .mode = 0440,
               .group = "root",
               .verify = {"visudo", "-cf", "%"},
               .why = "drivers run these commands as root, and no OpenNebula package grants them here"});
    return changes;
}

}  // namespace

constinit const Step sudo{"sudo", "oneadmin may run what the drivers need", reads, plan};

}  // namespace onenode::steps
