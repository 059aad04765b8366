// Headers of ours beside the messages.
#pragma once

namespace one::wire {

/// Pins of the front-end's authorities, separated by commas; the one that signs now is the first.
inline constexpr const char* authorities_header = "Onenode-Authorities";

/// Of a request for the desired state, by who fetches the neighbours by themselves.
inline constexpr const char* neighbours_header = "Onenode-Neighbours";
inline constexpr const char* neighbours_apart = "apart";

}  // namespace one::wire
