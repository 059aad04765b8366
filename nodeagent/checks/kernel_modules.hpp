// What modprobe.d(5) keeps from being loaded.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <string_view>

namespace onenode::checks {

/// The file that forbids a module, by `blacklist` or by an `install` that does nothing; empty where none does.
std::string forbids_module(const HostView& host, std::string_view module);

}  // namespace onenode::checks
