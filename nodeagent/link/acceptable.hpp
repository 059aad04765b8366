// What a node takes from its front-end's desired state: root acts on it unattended, so it is judged where it comes in.
#pragma once

#include "common/result.hpp"
#include "common/wire/messages.hpp"

namespace onenode {

using one::Result;

/// The error names the field. What is accepted may still be impossible here: that is for plan and apply to say.
Result<> must_be_acceptable(const one::wire::DesiredState& desired);

}  // namespace onenode
