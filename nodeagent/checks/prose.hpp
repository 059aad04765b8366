// What stands about a check in its source, as people read it.
#pragma once

#include "nodeagent/checks/check.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks {

/// What is looked at, what comes of it, and the fix: one paragraph.
std::string prose_of(const Check& check);
/// "an error", "data loss", "kvm, qemu", "preflight": what can be said in a line.
std::vector<std::string> traits_of(const Check& check);
/// Lines of at most this width, broken at blanks, each ending with a newline.
std::string wrapped(std::string_view text, std::size_t width);

}  // namespace onenode::checks
