// The nodes, as documents of OpenNebula. No cache decides anything: what matters for security is read from the leader.
#pragma once

#include "common/async.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/oned/client.hpp"

#include <string>
#include <vector>

namespace onefrontend {

using one::Async;
using one::Result;

class Nodes {
public:
    explicit Nodes(oned::Client& oned) : oned_(&oned) {}

    Async<Result<Node>> get(int id);
    Async<Result<std::vector<Node>>> all();
    Async<Result<int>> add(Node node);          // returns the document's id
    Async<Result<>> replace(Node node);
    Async<Result<bool>> remove(int id);         // true for exactly one caller

private:
    oned::Client* oned_;
};

}  // namespace onefrontend
