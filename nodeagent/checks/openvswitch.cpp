// Where Open vSwitch is installed, its database answers at a socket (F115).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/packages.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    if (!host.find_program("ovs-vsctl") || host.stat("/run/openvswitch/db.sock")) return {};
    return {warning("Open vSwitch is installed and does not run: networks of its kind would fail",
                    fmt::format("systemctl enable --now {}",
                                family_of(host) == Family::debian ? "openvswitch-switch" : "openvswitch"))};
}

}  // namespace

constinit const Check openvswitch{"ovs", "Open vSwitch runs where it is installed", run};

}  // namespace onenode::checks
