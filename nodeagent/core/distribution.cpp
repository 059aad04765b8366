// Which family this is: os-release(5) gives ID, and in ID_LIKE the families a derived distribution counts itself to.
#include "nodeagent/core/distribution.hpp"

#include "common/text/words.hpp"

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
    const auto text = host.read("/etc/os-release").value_or("");
    for (const auto& line : one::split_lines(text)) {
        if (!line.starts_with("ID=") && !line.starts_with("ID_LIKE=")) continue;
        auto value = line.substr(line.find('=') + 1);
        std::erase_if(value, [](char letter) { return letter == '"' || letter == '\''; });
        for (const auto& word : one::split_words(value)) {
            const auto found = std::ranges::find(known, word, &Known::word);
            if (found != known.end()) return found->family;
        }
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
