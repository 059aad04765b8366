// What OpenNebula does when the host is created, done once before: synchronise, then run every probe as oneadmin.
#pragma once

#include "common/probes/script.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/proofs/finding.hpp"

namespace onefrontend {

Findings rehearse_host(const Config& config, const Node& node);

/// Pure: one finding for each failed probe, or one that all went well.
Findings judge_probes(const one::probes::Runs& probes, const std::string& remote_scripts_dir);

}  // namespace onefrontend
