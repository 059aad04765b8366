// Libvirt's sockets that are to be opened with the machine: the step wants them, a check's fix too.
#pragma once

#include "nodeagent/core/step.hpp"

namespace onenode::steps {

/// As `systemctl enable` links them.
Changes want_sockets_at_boot(const Facts& facts);

}  // namespace onenode::steps
