// The four outcomes of a check, in one line each. An empty list means fine.
#pragma once

#include "nodeagent/checks/check.hpp"
#include "nodeagent/checks/packages.hpp"

#include <string>
#include <vector>

namespace onenode::checks {

using Findings = std::vector<Finding>;

Finding error(std::string message, std::string fix, std::string object = {});
Finding warning(std::string message, std::string fix, std::string object = {});
/// Installing this package mends it: the fix is the command for it.
Finding missing(Severity severity, std::string message, const HostView& host, const Package& package,
                std::string object = {});
/// A prerequisite is missing: never counted as ok.
Findings not_checked(std::string reason, std::string fix = {});
/// The machine was asked and did not answer; but where a program is not there at all, a check of its own says so.
Findings not_checked(const Error& error);
/// It does not apply to what a person asked for: fine, and said so.
Findings not_needed(std::string reason);
/// A join is under way and makes it true, so it is looked at after that.
Findings left_to_join();

bool is_lxc(const CheckContext& context);
/// A join of ours was here already: its changes in the journal, or what this machine joined.
bool is_ours(const HostView& host, const CheckContext& context);

}  // namespace onenode::checks
