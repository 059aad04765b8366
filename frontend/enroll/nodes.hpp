// The nodes, as documents of OpenNebula. No cache decides anything: what matters for security is read from the leader.
#pragma once

#include "common/async.hpp"
#include "frontend/enroll/bans.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/enroll/readings.hpp"
#include "frontend/oned/client.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

using one::Async;
using one::Result;

/// All nodes, and the bans as of a moment after.
struct Sight {
    Readings<Node> nodes{};  // a document that cannot be read is logged and left out
    std::vector<Ban> bans{};
};

class Nodes {
public:
    explicit Nodes(oned::Client& oned);
    explicit Nodes(Cloud& cloud) : cloud_(&cloud) {}

    Async<Result<Node>> get(int id);         // `banned` as of a moment after the call
    Async<Result<std::vector<Node>>> all();  // ascending by id
    /// The same without a copy: one read for all who ask at the same time.
    Async<Result<std::shared_ptr<const Sight>>> look();
    Async<Result<int>> add(Node node);  // returns the document's id
    /// The one way to write a node that is there. What the edit gets was read just now, and nobody else in this process
    /// writes it before the edit is stored: it sets its own fields, and an error of it leaves all as it was. Another
    /// process (a replica, a verb) can still write between our read and our write, which is one call of oned:
    /// OpenNebula has no lock that ends with its holder. What hangs on more than the last word looks again where it
    /// counts. Returns the node as it is now.
    using Edit = std::function<Result<>(Node& present)>;
    Async<Result<Node>> change(int id, Edit edit);
    Async<Result<bool>> remove(int id);  // true for exactly one caller; its bans are Bans::forget_old's
    /// Its certificate is refused from now on; the document stays. Other writes of the node may be under way: a ban
    /// is a document of its own, so that none of them takes it back.
    Async<Result<>> ban(int id, std::string by, std::int64_t now);

private:
    Async<Result<Sight>> read(std::shared_ptr<const Sight> last);
    Async<Result<>> replace(Node node);

    std::unique_ptr<Cloud> own_{};  // where only a client was given
    Cloud* cloud_;
};

}  // namespace onefrontend
