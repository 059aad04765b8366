// libvirt asks polkit who may manage guests, unless auth_unix_rw says otherwise. Its own rule lets the group libvirt in;
// where that rule or that group is missing, polkit wants a password that nobody is there to type.
#include "nodeagent/steps/libvirt_polkit.hpp"

#include "nodeagent/core/settings.hpp"
#include "nodeagent/steps/steps.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace onenode::steps {
namespace {

constexpr std::string_view directory = "/etc/polkit-1/rules.d";  // read again by polkit when something changes there
constexpr std::string_view ours = "/etc/polkit-1/rules.d/50-onenode.rules";
constexpr std::array libvirts_rules{std::string_view{"/usr/share/polkit-1/rules.d/50-libvirt.rules"},
                                    std::string_view{"/usr/share/polkit-1/rules.d/60-libvirt.rules"}};
constexpr std::array packages_rules{std::string_view{"/etc/polkit-1/rules.d/50-opennebula.rules"}};
constexpr std::string_view modular_settings = "/etc/libvirt/virtqemud.conf";
constexpr std::string_view monolithic_settings = "/etc/libvirt/libvirtd.conf";
constexpr std::array reads{
    directory, ours, libvirts_rules[0], libvirts_rules[1], packages_rules[0], modular_settings, monolithic_settings};

constexpr std::string_view text =
    R"(// Written by onenode: OpenNebula's drivers and probes run virsh as oneadmin, and nobody is there to type a password.
polkit.addRule(function(action, subject) {
    if (action.id == "org.libvirt.unix.manage" && subject.user == "oneadmin") {
        return polkit.Result.YES;
    }
});
)";

bool asks_polkit(const Facts& facts)
{
    const auto settings = facts.text(facts.libvirt.modular ? modular_settings : monolithic_settings);
    return setting_in(settings, "auth_unix_rw", Counts::first).value_or("polkit") == "polkit";
}

// By the group that libvirt-access joins.
bool is_let_in_by_group(const Facts& facts)
{
    const Group* group = facts.group("libvirt");
    const auto& libvirt = facts.libvirt;
    const bool joins = group != nullptr && ((libvirt.socket_mode & S_IWOTH) != 0 || libvirt.socket_gid == group->gid);
    return joins && std::ranges::any_of(libvirts_rules, [&](auto path) { return facts.file(path) != nullptr; });
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    return desired.type == "lxc" ? Changes{} : want_polkit_rule(facts);
}

}  // namespace

Changes want_polkit_rule(const Facts& facts)
{
    const bool is_told = std::ranges::any_of(packages_rules, [&](auto path) { return facts.file(path) != nullptr; });
    if (facts.libvirt.socket.empty() || facts.file(directory) == nullptr || is_told || !asks_polkit(facts)) return {};
    const FileFact* there = facts.file(ours);
    if (there == nullptr ? is_let_in_by_group(facts) : there->text == text) return {};
    return {WriteFile{.path = std::string{ours},
                      .text = std::string{text},
                      .why = "libvirt asks polkit, and no rule lets oneadmin in"}};
}

constinit const Step libvirt_polkit{"libvirt-polkit", "polkit lets oneadmin use libvirt", reads, plan};

}  // namespace onenode::steps
