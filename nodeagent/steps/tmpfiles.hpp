// What systemd-tmpfiles is told of OpenNebula's directories on a node.
#pragma once

#include "nodeagent/core/step.hpp"

namespace onenode::steps {

/// Nothing where systemd-tmpfiles is not at home.
Changes want_tmpfiles(const Facts& facts);

}  // namespace onenode::steps
