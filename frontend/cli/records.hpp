// What init leaves for the other verbs, and the way to oned.
#pragma once

#include "common/identity/certificate.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/authority.hpp"
#include "frontend/enroll/state_paths.hpp"
#include "frontend/oned/client.hpp"

#include <string>
#include <vector>

namespace onefrontend::cli {

/// public/authority.json: the pin, and whose documents count.
std::string to_note(const AuthorityRecord& record);
one::Result<AuthorityRecord> read_authority_note(const StatePaths& paths);

/// Certificates and keys of the CAs, the one that signs first; only the signer's account can read the keys.
one::Result<std::vector<one::identity::Authority>> read_authorities(const StatePaths& paths);
one::Result<std::string> pin_of(const std::string& certificate_pem);

/// Of this machine, for records of what was made where.
std::string own_host_name();

one::Result<oned::Client> connect_oned(const Config& config);
/// For an admin elsewhere, whose session this is: one connection.
one::Result<oned::Client> connect_oned_as(const Config& config, one::Secret session);
/// For `serve` and `signer`: that oned does not take their session is no fault of the node that they answer.
one::Result<oned::Client> connect_oned_as_service(const Config& config, oned::Post post);

}  // namespace onefrontend::cli
