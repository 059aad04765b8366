// A call as bytes: what a client sends and gets, before anybody parsed it.
#pragma once

#include "tests/oned-sim/rpc/front.hpp"

#include <string>
#include <string_view>

namespace onedsim::test {

/// Everything that came back until the connection ended.
std::string talk(int port, std::string_view bytes);
std::string post(int port, std::string_view body);
std::string body_of(const std::string& response);
std::string head_of(const std::string& response);

/// The front-end of a fresh OpenNebula whose oneadmin has the password "opennebula", at a port of its own.
struct FreshFront {
    Clock clock{};
    FrontLog log{"", clock};
    Faults faults{};
    Store store{""};
    Guarded<World> world{fresh_world("opennebula", {{"alice", "secret"}, {"bob", "hidden"}})};
    Front front{world, store, faults, clock, log};

    FreshFront();
    /// The string or number, or "CODE TEXT" of a failure, or "fault CODE TEXT".
    std::string call(std::string_view method, one::xmlrpc::Array parameters,
                     std::string_view session = "oneadmin:opennebula");
};

}  // namespace onedsim::test
