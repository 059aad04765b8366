// The key that vouches for SSH host keys: Ed25519, beside the CA that vouches for TLS keys.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"
#include "common/ssh/host_certificate.hpp"

namespace one::identity {

/// A new key, PKCS#8 PEM.
Result<Secret> make_ssh_authority();

/// The line for `@cert-authority`.
Result<ssh::PublicKey> ssh_public_key_of(const Secret& authority_pem);

/// Signs; `authority` of what is asked for is filled in. The line for sshd's HostCertificate file.
Result<std::string> issue(const Secret& authority_pem, ssh::HostCertificate what);

}  // namespace one::identity
