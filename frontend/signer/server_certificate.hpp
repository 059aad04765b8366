// The service's own certificate: signed and kept fresh by the signer, for the names in its configuration.
#pragma once

#include "common/identity/certificate.hpp"
#include "common/result.hpp"
#include "frontend/enroll/files.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

/// For a key of the service's own; PEM.
one::Result<std::string> issue_server_certificate(const one::identity::Authority& authority,
                                                  std::string_view public_key, const std::vector<std::string>& names,
                                                  one::identity::Time now);

/// A third of its life is left, or less, or its names are others now.
bool needs_renewal(const one::identity::Certificate& certificate, const std::vector<std::string>& names,
                   one::identity::Time now);

/// In one file: a certificate by each authority, all for the same key. Writes those that are needed, and leaves out those
/// of other authorities. True when it wrote.
one::Result<bool> refresh_server_certificates(const std::string& path,
                                              const std::vector<one::identity::Authority>& authorities,
                                              const std::vector<std::string>& names, one::identity::Time now);
/// The same for a key that is given, whatever stands there.
one::Result<bool> refresh_server_certificates(const std::string& path, std::string_view public_key,
                                              const std::vector<one::identity::Authority>& authorities,
                                              const std::vector<std::string>& names, one::identity::Time now,
                                              Owner owner = {});

/// What `serve` shows: for each authority its certificate and then itself, in that order; those without are left out.
one::Result<std::string> server_chains(std::string_view certificates_pem, std::string_view authorities_pem,
                                       one::identity::Time now);

}  // namespace onefrontend
