// What OpenNebula's packages are made for and tried on (F139).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

struct Known {
    std::string_view id;
    std::string_view versions;  // whole, or the part before the dot
};

// OpenNebula 7.2 to 7.4.
constexpr std::array table{
    Known{"debian", "12 13"},        Known{"ubuntu", "22.04 24.04 26.04"},
    Known{"rhel", "9 10"},           Known{"almalinux", "9 10"},
    Known{"rocky", "9 10"},          Known{"ol", "9 10"},
    Known{"centos", "9 10"},         Known{"sles", "15 16"},
    Known{"opensuse-leap", "15 16"},
};
constexpr const char* list =
    "cat /etc/os-release  # Debian 12 and 13, Ubuntu 22.04 to 26.04, RHEL and its kin 9 and 10, "
    "openSUSE Leap and SLES 15 and 16 are";

Findings run(const Facts& facts, const HostView&, const CheckContext&)
{
    std::string_view version = facts.identity.os;
    const auto id = one::take_word(version);
    if (id.empty()) return not_checked("this machine does not tell its distribution", "cat /etc/os-release");
    const auto known = std::ranges::find(table, id, &Known::id);
    const auto versions = known != table.end() ? one::split_words(known->versions) : std::vector<std::string>{};
    const auto major = version.substr(0, version.find('.'));
    const bool tried = std::ranges::any_of(versions, [&](const auto& one) { return one == version || one == major; });
    if (!tried)
        return {
            warning(fmt::format("{} is not among what OpenNebula's packages are made for", facts.identity.os), list)};
    const auto& architecture = facts.identity.architecture;
    if (architecture.empty() || architecture == "x86_64" || architecture == "aarch64") return {};
    return {warning(fmt::format("OpenNebula's packages are not made for {} processors", architecture), "uname -m")};
}

}  // namespace

constinit const Check os_unsupported{
    .id = "os-unsupported",
    .title = "OpenNebula's packages are made for this distribution",
    .run = run,
    .severity = Severity::warning,
    .covers = "F139",
    .explain = "Whether OpenNebula's packages are made for this distribution, version and processor.",
    .without_it = "packages that cannot be installed, or drivers that meet versions nobody tried them with.",
    .mend = "another system.",
};

}  // namespace onenode::checks
