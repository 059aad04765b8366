// What the routes of the proofs share.
#pragma once

#include "frontend/api/service.hpp"

#include <memory>
#include <set>

namespace onefrontend::api {

/// Stores what is new in the proofs of a node and nothing else of it: a proof takes long, and its document may have
/// changed meanwhile.
Async<Result<>> store_proofs(Service& service, Proofs before, Node after);

/// One SSH to a node at a time: a node that keeps us waiting holds one worker, whatever it asks for. As long as this
/// lives, the SSH trust that is written holds the node too, although nothing of it is proven.
class BeingProven {
public:
    /// An error of kind busy where the node has one already.
    static Result<std::unique_ptr<BeingProven>> begin(Service& service, const Node& node);
    BeingProven(std::set<int>& all, int own) : all_(&all), own_(own) {}
    ~BeingProven() { all_->erase(own_); }
    BeingProven(const BeingProven&) = delete;
    BeingProven& operator=(const BeingProven&) = delete;

private:
    std::set<int>* all_;
    int own_;
};

/// Enrollment looked too, but somebody may have created a host of this name since, or come with a better right to it.
Async<Result<>> check_name_is_still_free(Service& service, const Node& node);

/// The ssh of the proofs and of OpenNebula knows the host keys of all nodes whose login was proven, or just is.
Async<Result<>> refresh_ssh_trust(Service& service);

}  // namespace onefrontend::api
