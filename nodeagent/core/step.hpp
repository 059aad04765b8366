// One thing the agent makes true on a node. `plan` is pure: it looks at facts and touches nothing.
#pragma once

#include "common/wire/messages.hpp"
#include "nodeagent/core/change.hpp"
#include "nodeagent/core/facts.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace onenode {

using one::wire::DesiredState;

struct Step {
    std::string_view id;                      // kebab-case, stable
    std::string_view title;                   // what is true when it is done
    std::span<const std::string_view> reads;  // paths gathered into Facts before planning
    Changes (*plan)(const Facts& facts, const DesiredState& desired);
};

}  // namespace onenode
