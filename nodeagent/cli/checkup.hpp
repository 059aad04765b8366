// What a healthy node is measured by, for the agent.
#pragma once

#include "nodeagent/cli/world.hpp"
#include "nodeagent/watch/checkup.hpp"

#include "common/text/moment.hpp"

namespace onenode::cli {

/// Each check counts once, as the worst that it found. `ignored`: words of --ignore, given at the join.
Checkup checkup_of(const Reports& reports, const std::vector<std::string>& ignored, one::Moment at);

/// All that `onenode doctor` looks at on a joined node, but for what takes its time. Blocks; changes nothing.
Result<Checkup> look_at_health(const World& world);

}  // namespace onenode::cli
