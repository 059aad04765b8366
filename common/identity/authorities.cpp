// Looks for the pin among them.
#include "common/identity/authorities.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"

#include <algorithm>

namespace one::identity {

Result<> must_hold_pin(const std::string& authorities_pem, const std::string& pin)
{
    const auto certificates = read_certificates(authorities_pem);
    const bool there = certificates && std::ranges::any_of(*certificates, [&pin](const Certificate& certificate) {
                           return pin_of_key(certificate.public_key) == pin;
                       });
    if (there) return {};
    return fail({.kind = ErrorKind::untrusted,
                 .thing = "the front-end",
                 .reason = "the certificate authorities that it names do not hold the one that the token pins",
                 .next = "make a new token on the front-end: onefrontend token create",
                 .doing = "trust"});
}

}  // namespace one::identity
