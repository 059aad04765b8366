// Headers of ours beside the messages.
#pragma once

namespace one::wire {

/// Pins of the front-end's authorities, separated by commas; the one that signs now is the first.
inline constexpr const char* authorities_header = "Onenode-Authorities";

}  // namespace one::wire
