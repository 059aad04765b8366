// Output that reaches nobody: a full disk behind `>`, a standard stream that was closed.
#pragma once

#include "common/result.hpp"

#include <optional>

namespace one {

/// Takes the numbers 0 to 2 where whoever started us closed them: no file of ours may get one, and our words into it. To
/// read or write there still fails.
void keep_standard_streams();

/// `number` is the errno of the first write that failed, 0 where none did. Who stopped reading (a pager) meant to.
std::optional<Error> lost_output(int number);

}  // namespace one
