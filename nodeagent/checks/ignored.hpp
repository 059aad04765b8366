// What --ignore takes, said before anything is looked at: a word that counts for nothing is a mistake, and a guard is
// opened by none.
#pragma once

#include "nodeagent/checks/check.hpp"

#include <span>
#include <string>
#include <vector>

namespace onenode {

/// `checks`: those that are run here, beside those of every other moment.
Result<> may_be_ignored(const std::vector<std::string>& ignored, std::span<const Check* const> checks);

}  // namespace onenode
