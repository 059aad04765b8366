// Looks at what a change is about to touch: the journal's `before`, and undo's present.
#pragma once

#include "nodeagent/core/journal.hpp"

namespace onenode {

/// What a change of a file, a directory or a link is about; nullptr where it is about an account.
const std::string* path_of(const Change& change);
Result<Before> look_before(const HostView& host, const Change& change);
Result<BeforeFile> look_at_file(const HostView& host, std::string_view path);
/// As `look_at_file`, without its text: what a change that leaves the text alone has to know.
Result<BeforeFile> look_at_attributes(const HostView& host, std::string_view path);
/// SetAttributes and MakeDirectory: what they touch may hold secrets, which have no place in the journal.
bool leaves_text_alone(const Change& change);
/// Lower-case hex; what `after_hash` and Plan::seen hold.
std::string hash_of(std::string_view text);
/// Nothing where there is none; an error where nobody could look, for then it may be there.
Result<std::optional<User>> user_if_any(const HostView& host, std::string_view name);
Result<std::optional<Group>> group_if_any(const HostView& host, std::string_view name);
Result<bool> is_in_group(const HostView& host, std::string_view user, std::string_view group);

}  // namespace onenode
