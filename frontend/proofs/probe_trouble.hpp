// Why a probe failed, in the words of somebody who knows these probes.
#pragma once

#include "frontend/proofs/finding.hpp"
#include "frontend/proofs/probe_script.hpp"

namespace onefrontend {

/// `probe-<file>`: what it said, the usual cause, the fix. Pure.
Finding explain_probe(const ProbeRun& run);

}  // namespace onefrontend
