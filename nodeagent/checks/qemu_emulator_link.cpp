// OpenNebula writes /usr/bin/qemu-kvm-one into every guest's description; the node package links it to the real QEMU.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/steps/guests.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

constexpr std::string_view generator = "/usr/bin/qemu-kvm-one-gen";

Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    return steps::want_emulator_name(seen(facts, host));
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no QEMU");
    const auto emulator = gather_emulator(host, facts.identity.architecture);
    if (emulator.is_named) return {};
    if (!is_libvirt_installed(host)) return not_checked("see libvirt-absent");
    if (emulator.program.empty())
        return {missing(Severity::error, fmt::format("QEMU for {} is not installed", facts.identity.architecture), host,
                        needed::libvirt(facts.identity.architecture))};

    if (context.joining && !fix(facts, host, context).empty()) return left_to_join();
    const bool dangling = host.stat(emulator_name).has_value();
    const bool has_generator = host.stat(generator).has_value();
    auto finding = error(fmt::format("{} {}, and OpenNebula's guests are started with it", emulator_name,
                                     dangling ? "leads nowhere" : "does not exist"),
                         has_generator ? fmt::format("{} -f", generator)
                                       : fmt::format("ln -sfn {} {}", emulator.program, emulator_name));
    if (!has_generator) finding.packages = names_of(host, needed::node_package(context.type));
    return {finding};
}

}  // namespace

constinit const Check qemu_emulator_link{
    .id = "qemu-emulator-link",
    .title = "OpenNebula's name for QEMU leads to a program",
    .run = run,
    .fix = fix,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F69",
    .explain = "Whether `/usr/bin/qemu-kvm-one`, which OpenNebula writes into every guest's description, leads to a "
               "program; a distribution upgrade may leave it dangling.",
    .without_it = "`Cannot check QEMU binary /usr/bin/qemu-kvm-one`.",
    .mend = "OpenNebula's generator, or the link by hand.",
};

}  // namespace onenode::checks
