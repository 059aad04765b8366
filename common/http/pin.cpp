// Trust by pin: a joining node knows nothing of the front-end but the digest of its CA's public key.
#include "common/http/tls_context.hpp"
#include "common/identity/key.hpp"

#include <openssl/x509v3.h>

#include <fmt/format.h>

namespace one::http {
namespace {

bool is_authority(X509* certificate)
{
    return X509_check_ca(certificate) == 1;
}

std::string pin_of(X509* certificate)
{
    return identity::pin_of_key(identity::public_key_of(certificate));
}

std::string pins_of_authorities(const std::vector<X509*>& presented)
{
    std::string pins;
    for (X509* certificate : presented)
        if (is_authority(certificate)) pins += (pins.empty() ? "" : " and ") + pin_of(certificate);
    return pins;
}

Error mismatch(std::string_view pin, const std::vector<X509*>& presented)
{
    const std::string pins = pins_of_authorities(presented);
    const std::string shown =
        pins.empty() ? "it presents no certificate authority at all" : "it presents one with pin " + pins;
    return {
        .kind = ErrorKind::untrusted,
        .thing = "certificate chain",
        .reason = fmt::format("the certificate authority with pin {} is expected, but {}: the authority was rotated, "
                              "another service listens there, or somebody sits in between",
                              pin, shown),
        .next = "compare with the pin that `onefrontend token create` prints on the front-end: if it is the presented "
                "one, use that new token; if not, do not go on",
        .doing = "trust"};
}

Error forged(std::string_view pin)
{
    return {.kind = ErrorKind::untrusted,
            .thing = "certificate chain",
            .reason =
                fmt::format("it holds the public key with pin {}, but not as a certificate authority that this key "
                            "signed: somebody sits in between",
                            pin),
            .next = "do not go on; find out what listens there",
            .doing = "trust"};
}

}  // namespace

Result<> check_pin(std::string_view pin, X509* leaf, const std::vector<X509*>& presented, identity::Time now)
{
    for (X509* candidate : presented) {
        if (pin_of(candidate) != pin) continue;
        // Anybody can put a public key into a certificate of any dates and flags, but only its owner can sign that.
        if (!is_authority(candidate) || X509_self_signed(candidate, 1) != 1) return fail(forged(pin));
        return identity::verify_chain(leaf, {}, {candidate}, identity::Purpose::server, now);
    }
    return fail(mismatch(pin, presented));
}

Result<std::string> pin_in(X509* leaf, const std::vector<X509*>& presented, identity::Time now)
{
    for (X509* candidate : presented) {
        if (!is_authority(candidate)) continue;
        const auto pin = pin_of(candidate);
        TRY(check_pin(pin, leaf, presented, now));
        return pin;
    }
    return fail({.kind = ErrorKind::untrusted,
                 .thing = "certificate chain",
                 .reason = "it holds no certificate authority: no `onefrontend serve` speaks there",
                 .next = "check name and port of the front-end",
                 .doing = "look at"});
}

}  // namespace one::http
