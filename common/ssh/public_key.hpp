// OpenSSH's one-line public key format, and its fingerprint as ssh-keygen -l prints it.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>

namespace one::ssh {

struct PublicKey {
    std::string type{};  // ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa, ...
    std::string blob{};  // base64 as it stands in the line
    std::string comment{};
    std::string options{};  // authorized_keys options in front of the type; empty in .pub files

    bool operator==(const PublicKey&) const = default;
};

/// One line of a .pub or authorized_keys file. The type inside the blob must be the type in front of it.
Result<PublicKey> parse_public_key(std::string_view line);
/// `type blob comment`, without options.
std::string to_line(const PublicKey& key);
/// SHA256:... without padding.
std::string fingerprint(const PublicKey& key);
/// Same key, whatever its comment and options.
bool same_key(const PublicKey& left, const PublicKey& right);

}  // namespace one::ssh
