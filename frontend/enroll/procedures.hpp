// The long procedures that routes start: proofs, rehearsal, registration, SSH trust. An interface over Prover and
// Registration, so that routes are tested without ssh and without hosts.
#pragma once

#include "common/async.hpp"
#include "common/wire/messages.hpp"
#include "frontend/enroll/host_trust.hpp"
#include "frontend/enroll/node.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace onefrontend {

class Procedures {
public:
    virtual ~Procedures() = default;

    virtual one::Async<std::vector<one::wire::Finding>> check_name(std::string name,
                                                                   std::vector<std::string> addresses) = 0;
    virtual one::Async<one::Result<>> write_ssh_trust(std::vector<Node> nodes, Vouching vouching) = 0;

    virtual one::Result<one::wire::LoginChallenge> challenge_login(Node& node) = 0;
    virtual one::Async<one::wire::ProofReport> check_login(Node& node) = 0;
    virtual one::Result<one::wire::MonitoringChallenge> challenge_monitoring(Node& node) = 0;
    virtual one::Async<one::wire::ProofReport> check_monitoring(Node& node, one::wire::MonitoringSent sent) = 0;
    virtual one::Async<one::wire::ProofReport> rehearse(Node& node) = 0;

    virtual one::Async<one::Result<one::wire::HostReport>> register_host(Node node) = 0;
    virtual one::Async<one::Result<one::wire::HostReport>> report(Node node, std::chrono::seconds wait) = 0;
    virtual one::Async<one::Result<one::wire::HostReport>> commit(Node node) = 0;
    virtual one::Async<one::Result<one::wire::HostReport>> abandon(Node node) = 0;
    virtual one::Async<one::Result<one::wire::HostReport>> leave(Node node, bool abandon_vms) = 0;
};

}  // namespace onefrontend
