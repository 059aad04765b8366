// Who signs certificates of nodes: the signer process, over its socket. An interface, because tests have no second process.
#pragma once

#include "common/async.hpp"
#include "common/result.hpp"

#include <string>
#include <vector>

namespace onefrontend {

class Signing {
public:
    virtual ~Signing() = default;
    /// PEM chain, leaf first. The signer looks for itself whether this node may have a certificate for this key.
    virtual one::Async<one::Result<std::string>> sign_node(int node, std::string certificate_request) = 0;
    /// An OpenSSH host certificate, one line, for each key that the node's document pins.
    virtual one::Async<one::Result<std::vector<std::string>>> sign_host(int node) = 0;
};

}  // namespace onefrontend
