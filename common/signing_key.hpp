// The public keys of OpenPGP that sign a repository of packages: read only as far as their fingerprints and names, so
// that a person can compare them; who verifies a signature is apt or rpm. Without a library: gpgme needs gpg itself,
// which a bare node has not, and librnp is not in every distribution that we serve.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace one {

struct SigningKey {
    std::string fingerprint{};  // "4A3B ..." without blanks: 40 upper-case hex digits, 64 of a key of version 6
    std::string user{};         // "OpenNebula Repository <...>": what the key says of itself, fit to print
    bool operator==(const SigningKey&) const = default;
};

struct SigningKeys {
    std::vector<SigningKey> keys{};
    std::string armored{};  // all of them, as text that apt and rpm read
    bool operator==(const SigningKeys&) const = default;
};

/// Of a file as gpg exports it, armored or not; of 64 KiB at most when armored, some 47 without. Anything but public
/// keys and what belongs to them is an error; so is a secret key.
Result<SigningKeys> read_signing_keys(std::string_view file);

}  // namespace one
