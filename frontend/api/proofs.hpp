// What the routes of the proofs share.
#pragma once

#include "frontend/api/service.hpp"

namespace onefrontend::api {

/// Stores the proofs of a node and nothing else of it: a proof takes long, and its document may have changed meanwhile.
Async<Result<>> store_proofs(Service& service, const Node& node);

/// As long as it lives, the SSH trust that is written holds this node too, although nothing of it is proven.
class BeingProven {
public:
    BeingProven(Service& service, int node) : all_(&service.being_proven), own_(all_->insert(node)) {}
    ~BeingProven() { all_->erase(own_); }
    BeingProven(const BeingProven&) = delete;
    BeingProven& operator=(const BeingProven&) = delete;

private:
    std::multiset<int>* all_;
    std::multiset<int>::iterator own_;
};

/// The ssh of the proofs and of OpenNebula knows the host keys of all nodes whose login was proven, or just is.
Async<Result<>> refresh_ssh_trust(Service& service);

}  // namespace onefrontend::api
