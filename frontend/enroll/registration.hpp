// The host in OpenNebula: intent first, allocate, wait for `on`, and a commit by the node itself. Whatever stops in
// between, the sweep finds the intent and takes the host away again.
#pragma once

#include "common/async.hpp"
#include "common/wire/messages.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/oned/client.hpp"

#include <chrono>

namespace onefrontend {

class Registration {
public:
    /// The pool is for onemonitord's log.
    Registration(const Config& config, oned::Client& oned, Nodes& nodes, one::asio::thread_pool& pool) :
        config_(&config), oned_(&oned), nodes_(&nodes), pool_(&pool)
    {
    }

    /// Refuses where a proof is missing. Adopts the host of the node's own earlier intent.
    Async<Result<one::wire::HostReport>> register_host(Node node);
    /// Waits until the state differs from init, at most `wait`; as long as somebody asks, the sweep keeps off. For `err`
    /// the reason comes from monitor.log.
    Async<Result<one::wire::HostReport>> report(Node node, std::chrono::seconds wait);
    Async<Result<one::wire::HostReport>> commit(Node node);   // ONENODE attribute, phase joined
    Async<Result<one::wire::HostReport>> abandon(Node node);  // of an unfinished join; never with VMs
    /// Deletes the host. With VMs it is refused, or, when the person accepted that, the host goes offline and stays:
    /// OpenNebula deletes no host that has VMs, and their records are not ours to delete.
    Async<Result<one::wire::HostReport>> leave(Node node, bool abandon_vms);
    /// Removes only hosts named in a node document's intent, past its deadline, without ONENODE attribute and without
    /// VMs.
    Async<Result<int>> sweep();

private:
    Async<Result<oned::Host>> own_host(const Node& node);
    Async<Result<one::wire::HostReport>> describe(Node node, oned::Host host);
    Async<Result<>> advance(Node before, Node after);
    Async<Result<>> forget_intent(Node node);
    Async<Result<>> put_off_sweep(const Node& node, std::chrono::seconds wait);
    Async<Result<one::wire::HostReport>> take_back(Node node, one::Error why);
    Async<Result<bool>> sweep_one(int node_id);

    const Config* config_;
    oned::Client* oned_;
    Nodes* nodes_;
    one::asio::thread_pool* pool_;
};

}  // namespace onefrontend
