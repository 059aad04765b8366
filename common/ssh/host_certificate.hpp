// OpenSSH's host certificates (PROTOCOL.certkeys): an authority says which names a host key belongs to, and until when.
#pragma once

#include "common/ssh/public_key.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace one::ssh {

struct HostCertificate {
    PublicKey subject{};  // the host key
    std::uint64_t serial = 0;
    std::string key_id{};  // what sshd and ssh write into their logs
    std::vector<std::string>
        principals{};  // names and addresses, lower case, no patterns; ssh wants the one it was given
    std::chrono::system_clock::time_point valid_after{};
    std::chrono::system_clock::time_point valid_before{};
    PublicKey authority{};

    bool operator==(const HostCertificate&) const = default;
};

/// ssh-ed25519, ssh-rsa and the ecdsa types; no keys of security tokens.
bool may_be_certified(const PublicKey& subject);

/// All that the authority signs; an error where the subject may not be certified.
Result<std::string> to_be_signed(const HostCertificate& certificate, std::string_view nonce);
/// `type base64`, as sshd's HostCertificate file wants it. `signature` is the authority's, in SSH's format.
std::string certificate_line(const HostCertificate& certificate, std::string_view to_be_signed,
                             std::string_view signature);

/// What a line says. Its signature is not looked at: whoever connects does that.
Result<HostCertificate> parse_host_certificate(std::string_view line);

}  // namespace one::ssh
