// The acts of a rotation of the CA on the disk. public/ca.pem is what counts: it is written after the keys and certificates
// that go with it, so that whoever is killed in between has lost nothing. `signer` and `serve` notice it by themselves.
#pragma once

#include "common/identity/certificate.hpp"
#include "frontend/cli/places.hpp"

#include <optional>
#include <string>
#include <vector>

namespace onefrontend::cli {

/// A new authority, or the given one, in front of those that are there; returns its pin.
one::Result<std::string> add_authority(const Places& places, const std::string& zone,
                                       const std::vector<std::string>& server_names, one::identity::Time now,
                                       std::optional<one::identity::Authority> given = {});

/// Only the first one counts from now on; keys of others are deleted. Nothing where there is only one.
one::Result<> drop_former_authorities(const StatePaths& paths, Owner signing,
                                      const std::vector<std::string>& server_names, one::identity::Time now);

struct AuthorityFiles {  // of an intermediate of somebody's PKI; empty: none
    std::string certificate{};
    std::string key{};
};
one::Result<std::optional<one::identity::Authority>> read_given(const AuthorityFiles& files, one::identity::Time now);

/// Certificates as they stand in ca.pem.
std::string bundle_of(const std::vector<one::identity::Authority>& authorities);

}  // namespace onefrontend::cli
