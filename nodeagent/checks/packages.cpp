// The words for installing something, and where drivers find it.
#include "nodeagent/checks/packages.hpp"

#include <fmt/format.h>

namespace onenode::checks {

std::string install(const HostView& host, const Package& package)
{
    switch (family_of(host)) {
    case Family::debian: return fmt::format("apt install {}", package.debian);
    case Family::redhat: return fmt::format("dnf install {}", package.redhat);
    case Family::suse: return fmt::format("zypper install {}", package.suse);
    case Family::other: break;
    }
    return fmt::format("install the package that Debian calls {} and Red Hat calls {}", package.debian, package.redhat);
}

std::optional<std::string> find_for_drivers(const HostView& host, std::string_view name)
{
    auto found = host.find_program(name, Login::oneadmin);
    // sshd of Red Hat and SUSE gives everybody the sbin directories; Debian's does not
    if (!found && family_of(host) != Family::debian) found = host.find_program(name);
    return found;
}

}  // namespace onenode::checks
