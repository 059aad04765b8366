// What sshd's StrictModes holds against the file with oneadmin's keys.
#pragma once

#include "nodeagent/core/real_path.hpp"
#include "nodeagent/host/host.hpp"

#include <string>
#include <vector>

namespace onenode::checks {

struct Loose {
    std::string path{};
    std::string why{};         // "it is mode 0777", "it belongs to uid 1001"
    bool behind_link = false;  // reached through a symbolic link: our steps leave such a place alone
};

/// The home, .ssh and authorized_keys, as far as they exist. sshd looks no further up than the home (auth_secure_path).
std::vector<Loose> loose_places(const HostView& host);

}  // namespace onenode::checks
