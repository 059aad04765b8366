// A CA of somebody's own PKI in the place of the one that we would make.
#pragma once

#include "common/identity/certificate.hpp"

namespace one::identity {

/// The first certificate of `certificate_pem` under its own signature: same name, key, key id and dates. Nodes pin its
/// key and need nobody above it; what it signs leads to the PKI's root as well, for whoever has the certificate that
/// root signed. An error where it is no CA, has ended at `now`, may not sign for clients and servers, or has another key.
Result<Authority> adopt_authority(std::string_view certificate_pem, const Secret& private_key_pem, Time now);

}  // namespace one::identity
