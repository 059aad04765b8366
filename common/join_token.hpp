// The join token `ont1.<id>.<secret>.<pin>.<check>`: proves the right to join and pins the front-end's CA.
// A cut or mistyped token is told apart from a wrong one without asking anybody.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"

#include <string>
#include <string_view>

namespace one {

struct JoinToken {
    int id = 0;         // of the token's document
    Secret secret{};    // 160 random bits, base64url
    std::string pin{};  // SHA-256 of the CA's public key (SubjectPublicKeyInfo), base64url without padding
};

Result<JoinToken> parse_join_token(std::string_view text);
Secret to_text(const JoinToken& token);

/// Whether it has the form of a pin, as `onefrontend ca status` shows it.
bool is_pin(std::string_view text);

/// A new secret from the system's random source.
Secret make_join_secret();

/// What is stored instead of the secret. (160 random bits need no slow hash.)
std::string hash_of_join_secret(const Secret& secret);

}  // namespace one
