// Who vouches for the nodes' SSH host keys: one document with the public key, so that every replica tells the nodes the
// same, and a second one cannot make a key of its own.
#pragma once

#include "common/ssh/public_key.hpp"
#include "frontend/enroll/cloud.hpp"

#include <cstdint>
#include <string>

namespace onefrontend {

struct SshAuthorityRecord {
    int id = -1;
    std::string key{};      // public key line
    std::string made_on{};  // host name of the replica that has the other half
    std::int64_t at = 0;
};

/// id -1 where there is none yet.
Async<Result<SshAuthorityRecord>> find_ssh_authority(Cloud& cloud);

/// Stores ours where there is none. Refuses where another replica has a key, or was faster.
Async<Result<SshAuthorityRecord>> record_ssh_authority(Cloud& cloud, SshAuthorityRecord ours);

one::Error another_ssh_authority(const SshAuthorityRecord& other);

}  // namespace onefrontend
