// How one change is taken back. The outcome is nothing, or what had to stay and why; an error only where it is worth
// trying again (a full disk).
#pragma once

#include "nodeagent/core/runner.hpp"

namespace onenode {

using Outcome = Result<std::optional<Kept>>;

Outcome undo_file(Host& host, const Entry& entry, const WriteFile& change);
Outcome undo_file(Host& host, const Entry& entry, const RemoveFile& change);
Outcome undo_file(Host& host, const Entry& entry, const MakeDirectory& change);
Outcome undo_file(Host& host, const Entry& entry, const SetAttributes& change);
Outcome undo_file(Host& host, const Entry& entry, const MakeLink& change);

/// `places`: where files of the user's may lie besides its home and the temporary directories.
Outcome undo_account(Host& host, const BeforeUser& before, const CreateUser& change,
                     const std::vector<std::string>& places);
Outcome undo_account(Host& host, const BeforeUser& before, const CreateGroup& change);
Outcome undo_account(Host& host, const BeforeUser& before, const SetShell& change);
Outcome undo_account(Host& host, const BeforeUser& before, const JoinGroup& change);

/// What SELinux allows, and how it labels: as it was, unless somebody decided otherwise since.
Outcome undo_policy(Host& host, const BeforePolicy& before, const SetBoolean& change);
Outcome undo_policy(Host& host, const BeforePolicy& before, const LabelFiles& change);

/// Packages stay: that they came with the join is said, where they are still here.
Outcome undo_packages(const HostView& host, const BeforePackages& before, const InstallPackages& change);

}  // namespace onenode
