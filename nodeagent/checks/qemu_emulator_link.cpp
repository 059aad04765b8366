// OpenNebula writes /usr/bin/qemu-kvm-one into every guest's description; the node package links it to the real QEMU.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/checks/strict_modes.hpp"

#include <fmt/format.h>

#include <optional>

namespace onenode::checks {
namespace {

constexpr std::string_view link_name = "/usr/bin/qemu-kvm-one";
constexpr std::string_view generator = "/usr/bin/qemu-kvm-one-gen";

bool is_program(const HostView& host, const std::string& path)
{
    const auto info = host.stat(real_path(host, path));
    return info && info->kind == FileKind::file && (info->mode & 0111U) != 0;
}

// In the order of OpenNebula's own generator.
std::optional<std::string> find_qemu(const HostView& host, const std::string& architecture)
{
    for (const auto& path : {std::string{"/usr/libexec/qemu-kvm"}, std::string{"/usr/bin/qemu-kvm"},
                             "/usr/bin/qemu-system-" + architecture})
        if (is_program(host, path)) return path;
    return std::nullopt;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no QEMU");
    const std::string link{link_name};
    if (is_program(host, link)) return {};
    if (!is_libvirt_installed(host)) return not_checked("see libvirt-absent");
    const auto qemu = find_qemu(host, facts.identity.architecture);
    if (!qemu)
        return {missing(Severity::error, fmt::format("QEMU for {} is not installed", facts.identity.architecture), host,
                        needed::libvirt(facts.identity.architecture))};

    const bool dangling = host.stat(link).has_value();
    const bool has_generator = host.stat(generator).has_value();
    auto finding = error(fmt::format("{} {}, and OpenNebula's guests are started with it", link,
                                     dangling ? "leads nowhere" : "does not exist"),
                         has_generator ? fmt::format("{} -f", generator) : fmt::format("ln -sfn {} {}", *qemu, link));
    if (!has_generator) finding.packages = names_of(host, needed::node_package(context.type));
    return {finding};
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    const std::string link{link_name};
    const auto there = host.stat(link);
    const auto qemu = find_qemu(host, facts.identity.architecture);
    if (!qemu || (there && there->kind != FileKind::symlink)) return {};
    return {MakeLink{.path = link, .target = *qemu, .why = "OpenNebula's guests are started with it"}};
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
