// Makes the transparent proxy what it should be again, with the means of OpenNebula's own driver: nftables, a network
// namespace, and its script as oneadmin. Nothing of it survives a reboot, so none of it is in the journal.
#pragma once

#include "nodeagent/vnm/proxy.hpp"

#include <string>
#include <vector>

namespace onenode::vnm {

enum class Order { none, start, reload, restart };

struct Repair {
    std::vector<Command> commands{};     // nftables and the namespaces, in this order
    std::vector<Command> best_effort{};  // a kernel may lack what they need, and guests do without
    Order order = Order::none;           // for OpenNebula's script
    std::vector<std::string> why{};      // "br0: port 5030 leads to 10.0.0.1:5030 instead of to 10.0.0.2:5030"
    bool operator==(const Repair&) const = default;
};

/// `targets`: where the process that runs connects to, as far as it is known: what it has, only a restart changes.
Repair repair_of(const Proxy& proxy, const Endpoints& targets);

/// Where its name is none that OpenNebula's scripts, nftables and the kernel agree on, nothing is done.
bool can_work(const ProxyBridge& bridge);

/// All processes that somebody needs.
bool runs(const Proxy& proxy);

/// Where its process will connect to once this is repaired.
Endpoints targets_of(const Proxy& proxy);

/// "start", and whatever else OpenNebula's script knows, as oneadmin by its sudo rule, outside of our own unit.
Command script(const HostView& host, std::string_view word);

/// `found`: what the repair was made of.
Result<> perform(Host& host, const Repair& repair, const Proxy& found);

}  // namespace onenode::vnm
