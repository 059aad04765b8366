// A view of this machine for programs that must leave no trace: what they may write are copies, storage they only read.
#pragma once

#include "common/result.hpp"

namespace onenode::probe {

/// For this process and its children: /tmp is empty, /var/tmp holds copies of what OpenNebula has there and nothing
/// else, and no storage can be written, a network's neither. Sockets, /proc and whatever lies in memory are the machine's own.
one::Result<> enter_private_view();

}  // namespace onenode::probe
