// The service's own certificate: signed and kept fresh by the signer, for the names in its configuration.
#pragma once

#include "common/identity/certificate.hpp"
#include "common/result.hpp"

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

/// Writes a new one for the same key where that is needed. True when it did.
one::Result<bool> refresh_server_certificate(const std::string& path, const one::identity::Authority& authority,
                                             const std::vector<std::string>& names, one::identity::Time now);

}  // namespace onefrontend
