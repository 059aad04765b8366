// Programs that change the machine for us: one that ends with anything but 0 did not do it.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <string_view>

namespace onenode {

/// `refusal`: what its exit code means, where that is not 0.
Result<> must_obey(Host& host, const Command& command, std::string_view doing, std::string thing, ErrorKind refusal);

}  // namespace onenode
