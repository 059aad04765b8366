// Found by making a virtual machine; the processor's flags only explain.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

std::string advice(const HostView& host)
{
    constexpr std::string_view otherwise = "or join with --type qemu (slow: for tests)";
    const auto processor = host.read("/proc/cpuinfo").value_or("");
    const auto has = [&processor](std::string_view flag) { return processor.find(flag) != std::string::npos; };
    if (has(" vmx")) return fmt::format("modprobe kvm_intel  # {}", otherwise);
    if (has(" svm")) return fmt::format("modprobe kvm_amd  # {}", otherwise);
    return fmt::format("switch virtualization on in the firmware (or nested virtualization in the host, if this is a "
                       "virtual machine), {}",
                       otherwise);
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (context.type != "kvm") return not_needed(fmt::format("a {} node does without KVM", context.type));
    if (facts.kvm_problem.empty()) return {};
    return {error(fmt::format("KVM cannot be used: {}", facts.kvm_problem), advice(host))};
}

}  // namespace

constinit const Check kvm_usable{
    .id = "kvm-usable",
    .title = "KVM makes virtual machines",
    .run = run,
    .drivers = Drivers::kvm,
    .covers = "F50",
    .explain = "Whether KVM makes a virtual machine: not flags and modules, but `/dev/kvm` itself.",
    .without_it = "`invalid argument: could not find capabilities for domaintype=kvm` when the first guest starts.",
    .mend = "load the module, switch virtualization on in the firmware, or join with `--type qemu`.",
};

}  // namespace onenode::checks
