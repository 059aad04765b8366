// The transparent proxy of this machine: what the front-end wants of it, what is there, and where the two differ.
#pragma once

#include "nodeagent/vnm/bridges.hpp"
#include "nodeagent/vnm/network_conf.hpp"
#include "nodeagent/vnm/ruleset.hpp"

#include <optional>
#include <string>
#include <vector>

namespace onenode::vnm {

inline constexpr std::string_view outer_title = "one_tproxy";    // of the process that connects to the services
inline constexpr std::string_view inner_prefix = "one_tproxy_";  // of those in the bridges' namespaces, and of these
inline constexpr const char* proxy_script = "/var/tmp/one/vnm/tproxy";
inline constexpr std::size_t longest_bridge = 14;  // its own interfaces add a letter

struct Service {  // an entry of the configuration, as this machine can use it
    int service_port = 0;
    int port = 0;
    std::string address{};                 // as it is written
    std::vector<std::string> addresses{};  // IPv4, in the resolver's order; none: unknown here just now
    std::vector<std::string> networks{};
    bool operator==(const Service&) const = default;
};

/// Entries whose ports are numbers; names are asked for.
std::vector<Service> services_of(const NetworkConf& conf, const HostView& host);
bool is_ipv4(const std::string& text);

enum class Way { none, half, whole };  // a pair of interfaces; half: both ends are still out here

struct ProxyBridge {  // one that carries guests whose network gets a proxy
    std::string name{};
    std::vector<GuestNic> guests{};
    bool has_namespace = false;
    Way way = Way::none;
    bool has_port = false;                 // its outer end is in the bridge
    std::optional<Endpoints> endpoints{};  // as nftables has them
    bool arp_kept = false;
    int pid = 0;  // of the process in the namespace; 0: none
    bool operator==(const ProxyBridge&) const = default;
};

struct Proxy {
    bool odd = false;  // the configuration is not understood: nothing is known to be wrong
    std::vector<Service> services{};
    std::vector<ProxyBridge> bridges{};
    int pid = 0;  // of the one process for the machine
    bool operator==(const Proxy&) const = default;
};

/// Asks nftables only where there is a service and a guest.
Result<Proxy> look_at_proxy(const HostView& host);

struct Wanted {
    Endpoints endpoints{};
    std::vector<int> unclear{};  // ports of which only OpenNebula's driver knows the entry; left as they are
    bool operator==(const Wanted&) const = default;
};

/// What the driver would write at the next NIC of this bridge; an address that is still one of a name's stays.
Wanted wanted_on(const ProxyBridge& bridge, const std::vector<Service>& services);

/// In words, one each: "nftables does not know where port 5030 leads". None where all is as wanted.
std::vector<std::string> lacks_of(const ProxyBridge& bridge, const Proxy& proxy);

/// Ports that lead to different places on different bridges: one process connects for all of them, so to one place.
std::vector<int> ports_in_conflict(const Proxy& proxy);

}  // namespace onenode::vnm
