// The module of this processor may be forbidden: then KVM is away after the next boot, if it is not already (F51).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/kernel_modules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

std::string module_of_processor(const HostView& host)
{
    const auto processor = host.read("/proc/cpuinfo").value_or("");
    if (processor.find(" vmx") != std::string::npos) return "kvm_intel";
    return processor.find(" svm") != std::string::npos ? "kvm_amd" : std::string{};
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (context.type != "kvm") return not_needed(fmt::format("a {} node does without KVM", context.type));
    const auto module = module_of_processor(host);
    if (module.empty()) return {};  // see kvm-usable
    for (const auto& name : {module, std::string{"kvm"}}) {
        const auto file = forbids_module(host, name);
        if (file.empty()) continue;
        auto pattern = name;
        std::ranges::replace(pattern, '_', '.');  // the file may say kvm-intel
        const auto fix =
            fmt::format("sed -i -E '/^ *(blacklist|install) +{}/d' {} && modprobe {}", pattern, file, module);
        if (facts.kvm_problem.empty())
            return {warning(
                fmt::format("{} forbids the module {}: KVM works now and may not after a reboot", file, name), fix)};
        return {error(fmt::format("{} forbids the module {}, which KVM needs", file, name), fix)};
    }
    return {};
}

}  // namespace

constinit const Check kvm_module{
    .id = "kvm-module",
    .title = "nothing forbids KVM's module",
    .run = run,
    .drivers = Drivers::kvm,
    .covers = "F51",
    .explain = "Whether a file in `modprobe.d` forbids the module that KVM needs here. An error where KVM does not "
               "work, a warning where it works until the next boot.",
    .without_it = "after the next boot no guest starts: `domain type kvm` is not supported.",
    .mend = "take the line out.",
};

}  // namespace onenode::checks
