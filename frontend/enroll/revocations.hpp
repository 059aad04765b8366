// Host keys of nodes that are gone. Their pins went with them; their certificates live on, so everybody is told.
#pragma once

#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/host_trust.hpp"
#include "frontend/enroll/node.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace onefrontend {

inline constexpr std::chrono::hours host_certificate_life{24 * 396};  // 13 months

struct Revocation {
    int id = -1;  // of the document
    int node = -1;
    std::vector<std::string> keys{};  // public key lines
    std::int64_t at = 0;
};

class Revocations {
public:
    explicit Revocations(Cloud& cloud) : cloud_(&cloud) {}

    /// Before its document goes; killed in between, the node still counts. Nothing where nobody ever trusted its keys.
    Async<Result<>> add(const Node& node, std::int64_t now);
    Async<Result<std::vector<Revocation>>> all();
    /// Those whose certificates have ended by themselves.
    Async<Result<>> forget_old(std::int64_t now);

private:
    Cloud* cloud_;
};

/// Keys that none of these nodes has: a machine that was removed may join again, and clones may share a key.
std::vector<std::string> revoked_keys(const std::vector<Revocation>& revocations, const std::vector<Node>& nodes);

/// As OpenNebula has it now; `nodes` are those whose keys are trusted.
Async<Result<Vouching>> find_vouching(Cloud& cloud, std::vector<Node> nodes);

}  // namespace onefrontend
