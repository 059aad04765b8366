// A short secret that only the holder of a private key can read: CMS, as `openssl cms -decrypt -inform PEM` reads it.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"

#include <string>
#include <string_view>

namespace one::identity {

/// For each certificate of the PEM bundle: any one of their keys opens it.
Result<std::string> seal(const Secret& secret, std::string_view certificates_pem);

/// The key is RSA or EC, PEM, without a pass phrase.
Result<Secret> unseal(std::string_view cms_pem, const Secret& private_key_pem);

}  // namespace one::identity
