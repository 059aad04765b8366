// What our helper onenode-probe says, as values. An error: it could not be asked.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>

namespace onenode::checks {

struct LibvirtAccess {  // why a connection of this kind did not work; empty where it did
    std::string read_write{};
    std::string read_only{};
};

/// As this account, which root becomes for it.
Result<LibvirtAccess> ask_libvirt_as(const HostView& host, const std::string& user);

struct SshAnswer {
    std::string banner{};
    std::string problem{};
    bool refused = false;   // nobody listens there; silence is a firewall's
    bool accepted = false;  // somebody took the call, whatever he said
};

Result<SshAnswer> ask_ssh(const HostView& host, const std::string& address, int port);

struct TcpAnswer {
    std::string problem{};  // empty where somebody took the connection
    bool refused = false;
};

Result<TcpAnswer> ask_tcp(const HostView& host, const std::string& address, int port);

/// Why nothing keeps the clock right; empty where something does.
Result<std::string> ask_clock(const HostView& host);

}  // namespace onenode::checks
