// What only both ends together can show, and the rehearsal: the front-end does, before the host exists, exactly what
// OpenNebula will do when it exists. Blocking work (ssh, rsync, libssh) runs on the pool.
#pragma once

#include "common/async.hpp"
#include "common/wire/messages.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/host_trust.hpp"
#include "frontend/enroll/node.hpp"

#include <boost/asio/thread_pool.hpp>

#include <string>
#include <vector>

namespace onefrontend {

class Prover {
public:
    /// `ssh` for what may take minutes, `quick` for files and the resolver: nobody waits for another one's slow node.
    Prover(const Config& config, one::asio::thread_pool& ssh, one::asio::thread_pool& quick) :
        config_(&config), ssh_(&ssh), quick_(&quick)
    {
    }

    /// Each changes `node.proofs`; the caller stores the node before it answers.
    one::Result<one::wire::LoginChallenge> challenge_login(Node& node);
    /// libssh with the pinned key, then the ssh binary as oneadmin to the NAME: nonce read, stdout silent, sudo -n
    /// works.
    one::Async<one::wire::ProofReport> check_login(Node& node);
    one::Result<one::wire::MonitoringChallenge> challenge_monitoring(Node& node);
    /// Looks for the datagrams and the line in onemonitord's log.
    one::Async<one::wire::ProofReport> check_monitoring(Node& node, one::wire::MonitoringSent sent);
    /// The very mkdir and rsync of OpenNebula's host sync, stderr kept, then each probe once as oneadmin.
    one::Async<one::wire::ProofReport> rehearse(Node& node);
    /// The NAME resolves here to one of these addresses; empty finding list: it does.
    one::Async<std::vector<one::wire::Finding>> check_name(std::string name, std::vector<std::string> addresses);

private:
    const Config* config_;
    one::asio::thread_pool* ssh_;
    one::asio::thread_pool* quick_;
};

/// Writes our block first in ~oneadmin/.ssh/config and the pinned host keys of all nodes; replaced only when different.
one::Result<> write_ssh_trust(const Config& config, const std::vector<Node>& nodes, const Vouching& vouching = {});

}  // namespace onefrontend
