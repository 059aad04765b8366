// Reads an archive that may be anybody's: each name is looked at before it is used, each byte is summed.
#pragma once

#include "frontend/backup/members.hpp"
#include "frontend/backup/stream.hpp"

namespace onefrontend::backup {

struct Receiver {
    std::function<one::Result<>(const Head&)> head{};          // before all others
    std::function<one::Result<Write>(const Member&)> file{};   // where its bytes go
    std::function<one::Result<>(const Member&)> file_ended{};  // all of them came
    std::function<one::Result<>(const Member&)> other{};       // a folder or a link
};

/// The text of SHA256SUMS, which everything that came agrees with. `name` is for errors.
one::Result<std::string> unpack(const Read& read, const Receiver& to, const std::string& name);

}  // namespace onefrontend::backup
