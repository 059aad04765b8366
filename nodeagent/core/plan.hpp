// Facts and desired state -> the changes that make it true, step by step. Pure.
#pragma once

#include "nodeagent/core/step.hpp"

#include <map>
#include <string>
#include <vector>

namespace onenode {

struct PlannedStep {
    const Step* step = nullptr;
    Changes changes{};
};

struct Plan {
    std::vector<PlannedStep> steps{};           // only those with something to do
    std::map<std::string, std::string> seen{};  // hash of each file it writes as the facts had it; empty: absent
    [[nodiscard]] bool empty() const { return steps.empty(); }
    [[nodiscard]] std::size_t size() const;  // changes in all
    [[nodiscard]] Changes changes() const;   // of all steps
};

/// Plans each step on the facts as the steps before it will have left them (a later step sees the user an earlier one
/// creates).
Plan make_plan(std::span<const Step* const> steps, const Facts& facts, const DesiredState& desired);

/// Every path any step reads: what gather_facts is asked for.
std::vector<std::string> paths_read(std::span<const Step* const> steps);
/// Everything these steps need to plan towards this desired state: their paths, the datastores' place, the peers'
/// names, what sshd says of a login from the front-end.
Facts gather_facts(const HostView& host, std::span<const Step* const> steps, const DesiredState& desired);

/// The facts as they will be after this change: the pure twin of apply.
Facts after(Facts facts, const Change& change);

/// The plan as a person reads it, with a diff for each file (unified; secrets never stand in files we write).
std::string describe(const Plan& plan, const Facts& facts);

}  // namespace onenode
