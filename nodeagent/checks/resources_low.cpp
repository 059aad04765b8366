// OpenNebula sells all of a machine's memory unless it is told what to leave (F56).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"

#include "common/text/size.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

constexpr long long kilo = 1024;
constexpr long long little = 3500 * kilo;  // KiB: what a machine of 4 GiB counts less the kernel's own
constexpr long long percent_reserved = 90;

long long value_of(std::string_view text, std::string_view key)  // "MemTotal:       16316508 kB"
{
    for (const auto& line : one::split_lines(text))
        if (line.starts_with(key)) return number_of(std::string_view{line}.substr(key.size())).value_or(0);
    return 0;
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto text = host.read("/proc/meminfo").value_or("");
    const auto total = value_of(text, "MemTotal:");
    if (total <= 0) return {};
    const auto huge = value_of(text, "HugePages_Total:") * value_of(text, "Hugepagesize:");
    if (huge * 100 / total >= percent_reserved)
        return {warning(
            fmt::format("huge pages hold {} % of the memory: little is left for everything else", huge * 100 / total),
            "sysctl vm.nr_hugepages  # reserve less in /etc/sysctl.d")};
    if (total >= little) return {};
    return {warning(fmt::format("this machine has {}B of memory, and OpenNebula would give all of it to guests",
                                one::size_to_text(static_cast<std::uint64_t>(total * kilo))),
                    "onehost update HOST  # on the front-end, with RESERVED_MEM=\"1048576\"")};
}

}  // namespace

constinit const Check resources_low{
    .id = "resources-low",
    .title = "there is memory for guests",
    .run = run,
    .severity = Severity::warning,
    .covers = "F56",
    .explain = "Whether there are about 4 GiB of memory, and huge pages leave some of it. OpenNebula gives all of it "
               "to guests unless `RESERVED_MEM` is set.",
    .without_it = "guests are placed here until the kernel ends one of them, or the monitoring client (OOM).",
    .mend = "that attribute.",
};

}  // namespace onenode::checks
