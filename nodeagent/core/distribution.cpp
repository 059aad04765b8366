// Which family this is: os-release(5) gives ID, and in ID_LIKE the families a derived distribution counts itself to.
#include "nodeagent/core/distribution.hpp"

#include "nodeagent/core/os_release.hpp"

#include <algorithm>
#include <array>

namespace onenode {
namespace {

struct Known {
    std::string_view word;
    Family family;
};

constexpr std::array known{
    Known{"debian", Family::debian}, Known{"ubuntu", Family::debian},      Known{"rhel", Family::redhat},
    Known{"fedora", Family::redhat}, Known{"centos", Family::redhat},      Known{"suse", Family::suse},
    Known{"sles", Family::suse},     Known{"opensuse-leap", Family::suse},
};

}  // namespace

Family family_of(const HostView& host)
{
    auto release = os_release(host);
    release.families.insert(release.families.begin(), std::move(release.id));
    for (const auto& word : release.families) {
        const auto found = std::ranges::find(known, word, &Known::word);
        if (found != known.end()) return found->family;
    }
    return Family::other;
}

std::string_view ssh_unit(const HostView& host)
{
    return family_of(host) == Family::debian ? "ssh" : "sshd";
}

std::string libvirt_daemon(const HostView& host)
{
    const bool monolithic = host.find_program("libvirtd").has_value();
    const bool modular = host.find_program("virtqemud").has_value();
    if (monolithic && modular) return family_of(host) == Family::debian ? "libvirtd" : "virtqemud";
    return modular ? "virtqemud" : "libvirtd";
}

bool has_systemd(const HostView& host)
{
    return host.stat("/run/systemd/system").has_value();
}

}  // namespace onenode
