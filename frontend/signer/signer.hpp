// The decisions of the signer: may this node have a certificate for this key, and may its SSH host keys be vouched for?
// It asks OpenNebula itself and believes nothing of what the enrollment service says; names, serial and life are its own.
#pragma once

#include "common/identity/certificate.hpp"
#include "frontend/enroll/claims.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/leadership.hpp"
#include "frontend/enroll/nodes.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace onefrontend {

/// The subject of a node's certificate: the id of its document and nothing that could change.
std::string node_common_name(int node);
/// -1 where it is no node's.
int node_of_common_name(std::string_view common_name);

class Signer {
public:
    Signer(Cloud& cloud, one::identity::Authority authority, std::chrono::seconds life) :
        nodes_(cloud), claims_(cloud), leadership_(cloud), authority_(std::move(authority)), life_(life)
    {
    }

    /// The certificate, PEM.
    Async<Result<std::string>> sign_node(int node, std::string certificate_request, one::identity::Time now);

    /// OpenSSH host certificates for the keys that the node's document pins, under the name and the address that the
    /// login proof has tried, and no others.
    Async<Result<std::vector<std::string>>> sign_host(int node, one::identity::Time now);
    /// Until then no host certificate is signed. No node has one of `frontend_names`.
    void vouch_with(one::Secret ssh_authority, std::vector<std::string> frontend_names);

    /// From now on this one signs.
    void use(one::identity::Authority authority) { authority_ = std::move(authority); }
    [[nodiscard]] const one::identity::Authority& authority() const { return authority_; }

private:
    Async<Result<>> check(int node, std::string key);
    Async<Result<Node>> check_host(int node);

    Nodes nodes_;
    Claims claims_;
    Leadership leadership_;
    one::identity::Authority authority_;
    std::chrono::seconds life_;
    one::Secret ssh_authority_{};
    std::vector<std::string> frontend_names_{};
};

}  // namespace onefrontend
