// The nodes, as documents of OpenNebula. No cache decides anything: what matters for security is read from the leader.
#pragma once

#include "common/async.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/oned/client.hpp"

#include <memory>
#include <string>
#include <vector>

namespace onefrontend {

using one::Async;
using one::Result;

class Nodes {
public:
    explicit Nodes(oned::Client& oned);
    explicit Nodes(Cloud& cloud) : cloud_(&cloud) {}

    Async<Result<Node>> get(int id);
    Async<Result<std::vector<Node>>> all();  // ascending by id; a document that cannot be read is logged and left out
    Async<Result<int>> add(Node node);       // returns the document's id
    Async<Result<>> replace(Node node);
    Async<Result<bool>> remove(int id);  // true for exactly one caller

private:
    std::unique_ptr<Cloud> own_{};  // where only a client was given
    Cloud* cloud_;
};

}  // namespace onefrontend
