// What a healthy node is measured by, for the agent.
#pragma once

#include "nodeagent/cli/world.hpp"
#include "nodeagent/watch/checkup.hpp"

#include "common/text/moment.hpp"

namespace onenode::cli {

/// `ignored`: words of --ignore, given at the join. What was accepted then is accepted still, for the agent and for
/// doctor: an error is a warning. Words that no check has any more are nobody's mistake here.
Reports as_accepted(Reports reports, const std::vector<std::string>& ignored);

/// Each check counts once, as the worst that it found.
Checkup checkup_of(const Reports& reports, one::Moment at);

/// All that `onenode doctor` looks at on a joined node, but for what takes its time. Blocks; changes nothing.
Result<Checkup> look_at_health(const World& world);

}  // namespace onenode::cli
