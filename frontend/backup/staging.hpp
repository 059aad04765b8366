// Where an archive is laid out before anything is touched: beside what it becomes, so that a rename puts it there.
#pragma once

#include "frontend/backup/accounts.hpp"
#include "frontend/backup/front_end.hpp"
#include "frontend/backup/members.hpp"
#include "frontend/backup/stream.hpp"

#include <functional>

namespace onefrontend::backup {

struct Staging {
    one::Fd home{};   // below /var/lib/one
    one::Fd state{};  // below state_dir: also the dump, and how far the restore is
    std::string state_path{};
};

/// As it was left, or new.
one::Result<Staging> open_staging(const Where& where, const FrontEnd& found);
/// Nothing in it, nothing of it.
one::Result<> remove_staging(const Where& where);

/// Unpacks all of it and remembers what; `head_fits` may refuse the archive before the rest is read.
one::Result<std::vector<Member>> stage(const Staging& staging, const Read& read, const std::string& name,
                                       const std::function<one::Result<>(const Head&)>& head_fits);
/// What stage() remembered.
one::Result<std::vector<Member>> staged(const Staging& staging);

/// Its folder, and its name below that; the folder is -1 for a root.
struct Staged {
    int folder = -1;
    std::string path{};
};
Staged place_of(const Staging& staging, const Member& member);

}  // namespace onefrontend::backup
