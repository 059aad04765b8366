// The names in a directory.
#pragma once

#include "common/result.hpp"

#include <string>
#include <vector>

namespace one {

/// In order, without "." and "..": all of them, or why not. `directory` is open, and stays so; `path` is for the error.
Result<std::vector<std::string>> names_in(int directory, const std::string& path);

}  // namespace one
