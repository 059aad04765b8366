// Which CA the nodes of this cloud trust: one document, so that a second replica cannot make a CA of its own.
#pragma once

#include "frontend/enroll/cloud.hpp"

#include <cstdint>
#include <string>

namespace onefrontend {

struct AuthorityRecord {
    int id = -1;
    int owner = -1;  // the service's user of OpenNebula
    std::string pin{};
    std::string made_on{};  // host name of the replica that has it
    std::int64_t at = 0;
};

/// id -1 where there is none yet.
Async<Result<AuthorityRecord>> find_authority(Cloud& cloud);

/// Stores ours where there is none. Refuses where another replica has a CA, or was faster.
Async<Result<AuthorityRecord>> record_authority(Cloud& cloud, AuthorityRecord ours);

/// After a rotation: the record names the newest.
Async<Result<>> rename_authority(Cloud& cloud, AuthorityRecord record);

one::Error another_authority(const AuthorityRecord& other);

}  // namespace onefrontend
