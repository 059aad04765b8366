// After a restore: the time between the backup and the restore, of which OpenNebula's documents know nothing. Nodes that
// renewed in it are still themselves.
#pragma once

#include "common/result.hpp"

#include <cstdint>
#include <string>

namespace onefrontend {

struct LostTime {  // epoch seconds; all zero: nothing was restored
    std::int64_t from = 0;
    std::int64_t to = 0;
    bool operator==(const LostTime&) const = default;
};

bool is_in(std::int64_t moment, const LostTime& lost);

/// None where there is no such file.
one::Result<LostTime> read_lost_time(const std::string& state_dir);
one::Result<> write_lost_time(const std::string& state_dir, const LostTime& lost);

}  // namespace onefrontend
