// The words for installing something, and where drivers find it.
#include "nodeagent/checks/packages.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

constexpr std::array managers{"apt",  "apt-get", "aptitude", "dpkg",  "unattended-upgrade", "dnf", "dnf-3",
                              "dnf5", "yum",     "rpm",      "zypper"};

}  // namespace

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

std::string install_named(const HostView& host, const std::vector<std::string>& names)
{
    const auto all = one::join(names, " ");
    return install(host, Package{all, all, all});
}

std::vector<std::string> names_of(const HostView& host, const Package& package)
{
    switch (family_of(host)) {
    case Family::debian: return one::split_words(package.debian);
    case Family::redhat: return one::split_words(package.redhat);
    case Family::suse: return one::split_words(package.suse);
    case Family::other: break;
    }
    return {};
}

std::optional<Process> package_manager_at_work(const HostView& host)
{
    const auto processes = host.processes().value_or(std::vector<Process>{});
    const auto found = std::ranges::find_if(processes, [](const Process& process) {
        if (process.uid != 0) return false;
        const auto words = std::min<std::size_t>(process.argv.size(), 2);  // a Python script is the second word
        return std::any_of(process.argv.begin(), process.argv.begin() + static_cast<std::ptrdiff_t>(words),
                           [](std::string_view word) {
                               return std::ranges::find(managers, word.substr(word.rfind('/') + 1)) != managers.end();
                           });
    });
    return found != processes.end() ? std::optional{*found} : std::nullopt;
}

std::optional<std::string> find_for_drivers(const HostView& host, std::string_view name)
{
    auto found = host.find_program(name, Login::oneadmin);
    // sshd of Red Hat and SUSE gives everybody the sbin directories; Debian's does not
    if (!found && family_of(host) != Family::debian) found = host.find_program(name);
    return found;
}

}  // namespace onenode::checks
