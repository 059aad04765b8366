// An SSH login by libssh that accepts exactly the pinned host keys, whatever any ssh configuration says.
#pragma once

#include "common/result.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace onefrontend {

struct PinnedLogin {
    std::string address{};  // an IP address
    int port = 22;
    std::string user{};
    std::vector<std::string> host_keys{};  // public key lines; every other key is refused
    std::string ssh_directory{};           // where id_* lie
    std::string agent_socket{};            // empty: no agent
    std::string command{};
    std::chrono::milliseconds limit{10'000};
};

/// What the command printed, at most 64 KiB. ErrorKind::untrusted: another host key; denied: our key was refused;
/// unreachable and timeout: see thing and reason. Reads keys as the calling thread may.
one::Result<std::string> log_in_pinned(const PinnedLogin& login);

}  // namespace onefrontend
