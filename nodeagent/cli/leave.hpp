// The acts of a leave, in their order; leave.cpp tells the story.
#pragma once

#include "nodeagent/cli/options.hpp"
#include "nodeagent/cli/world.hpp"

#include "nodeagent/checks/monitoring_client.hpp"
#include "nodeagent/core/runner.hpp"
#include "nodeagent/link/frontend.hpp"
#include "nodeagent/link/membership.hpp"

#include <optional>
#include <string>
#include <vector>

namespace onenode::cli {

// leave_frontend.cpp
/// Nothing where the person accepted to forget the front-end and it cannot be reached.
Result<> delete_host(const LeaveOptions& options, World& world, const Membership& member);
Result<> say_goodbye(const LeaveOptions& options, World& world, const Membership& member);

// leave_monitoring.cpp: OpenNebula's monitoring client, and what its drivers left
Result<> wait_for_client(World& world, const std::optional<Membership>& member);

using checks::DriversId;  // asked for while the account still exists
Result<> end_sessions(World& world, DriversId drivers);
Result<> remove_drivers(World& world, DriversId drivers, std::vector<Kept>& kept);
/// What came in between the two above and the end of oneadmin's keys; `kept` is told anew.
Result<> remove_latecomers(World& world, const std::optional<Membership>& member, DriversId drivers,
                           std::vector<Kept>& kept);

/// OpenNebula's packages and datastores, which leave never removes; those that the journal installed name themselves.
std::vector<Kept> what_stays(const HostView& host, const std::optional<Membership>& member,
                             const std::vector<Entry>& journal);

}  // namespace onenode::cli
