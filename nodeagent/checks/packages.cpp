// Which family this is: os-release(5) gives ID, and in ID_LIKE the families a derived distribution counts itself to.
#include "nodeagent/checks/packages.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
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

constexpr std::array managers{"apt",  "apt-get", "aptitude", "dpkg",  "unattended-upgrade", "dnf", "dnf-3",
                              "dnf5", "yum",     "rpm",      "zypper"};

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

std::string_view ssh_unit(const HostView& host)
{
    return family_of(host) == Family::debian ? "ssh" : "sshd";
}

std::optional<std::string> find_for_drivers(const HostView& host, std::string_view name)
{
    auto found = host.find_program(name, Login::oneadmin);
    // sshd of Red Hat and SUSE gives everybody the sbin directories; Debian's does not
    if (!found && family_of(host) != Family::debian) found = host.find_program(name);
    return found;
}

}  // namespace onenode::checks
