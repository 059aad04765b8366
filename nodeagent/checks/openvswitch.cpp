// Where Open vSwitch is installed, its database answers at a socket (F115).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/checks/repairs.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

std::string_view unit(const HostView& host)
{
    return family_of(host) == Family::debian ? "openvswitch-switch" : "openvswitch";
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    if (!host.find_program("ovs-vsctl") || host.stat("/run/openvswitch/db.sock")) return {};
    return {warning("Open vSwitch is installed and does not run: networks of its kind would fail",
                    fmt::format("systemctl enable --now {}", unit(host)))};
}

Changes fix(const Facts&, const HostView& host, const CheckContext&)
{
    return switch_on(host, {std::string{unit(host)} + ".service"}, "networks of its kind need it");
}

}  // namespace

constinit const Check openvswitch{
    .id = "ovs",
    .title = "Open vSwitch runs where it is installed",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F115",
    .explain = "Whether Open vSwitch runs, where it is installed.",
    .without_it = "`database connection failed`.",
    .mend = "enable it.",
};

}  // namespace onenode::checks
