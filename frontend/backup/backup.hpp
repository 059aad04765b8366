// Everything that a lost front-end is made from again, in one archive.
#pragma once

#include "frontend/backup/front_end.hpp"
#include "frontend/backup/stream.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace onefrontend::backup {

using Say = std::function<void(const std::string&)>;

struct Report {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;  // of their content
    bool has_authority = false;
    std::vector<one::Error> warnings{};
};

/// Writes a whole archive, in which a failure leaves no end.
one::Result<Report> back_up(const Where& where, const Write& write);

/// The same to a file, which has its name only when it is whole; encrypted where there are certificates (PEM).
one::Result<Report> back_up_to(const Where& where, const std::string& path, const std::string& certificates);
/// And to a descriptor that somebody else reads.
one::Result<Report> back_up_to(const Where& where, int descriptor, const std::string& certificates);

}  // namespace onefrontend::backup
