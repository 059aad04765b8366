// The login, proven both ways: by libssh with the pinned keys to the address, by the ssh program to the NAME.
#pragma once

#include "frontend/config.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/proofs/finding.hpp"

#include <string>
#include <string_view>

namespace onefrontend {

/// Root of the node writes the nonce there, readable by oneadmin's group.
inline constexpr std::string_view login_nonce_file = "/run/onenode/login-nonce";

struct LoginProof {
    Findings findings{};
    std::string ssh_client{};  // the address the node saw us come from
};

/// Where SSH goes: 22, or the port that oneadmin's own configuration here has for this name (`ssh -G NAME`). What the node
/// says of its port decides nothing, or whoever has a token could aim our logins at any port of its address.
int port_in(std::string_view ssh_configuration);

/// Blocks, at most half a minute.
LoginProof prove_login(const Config& config, const Node& node);

}  // namespace onefrontend
