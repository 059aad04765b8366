// Who signs node certificates: the signer process, over its socket. An interface, because tests have no second process.
#pragma once

#include "common/async.hpp"
#include "common/result.hpp"

#include <string>

namespace onefrontend {

class Signing {
public:
    virtual ~Signing() = default;
    /// PEM chain, leaf first. The signer looks for itself whether this node may have a certificate for this key.
    virtual one::Async<one::Result<std::string>> sign_node(int node, std::string certificate_request) = 0;
};

}  // namespace onefrontend
