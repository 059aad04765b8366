// oneadmin's SSH key pairs on this front-end: a new one beside the one in use, and then in its place. By OpenSSH's own
// programs. Each step may be killed and done again.
#pragma once

#include "common/result.hpp"
#include "frontend/config.hpp"

#include <string>
#include <vector>

namespace onefrontend::cli {

struct KeyPair {
    std::string file{};  // of the private half; the public one is FILE.pub
    std::string line{};  // the public half
};

/// Those that ssh uses by itself, below `ssh_home`. An error where one of them is not this program's to replace.
one::Result<std::vector<KeyPair>> find_key_pairs(const Config& config);

/// As FILE.next, of the same type. One that an earlier run left is taken again.
one::Result<KeyPair> make_next(const KeyPair& present);

/// The agent and this machine's own authorized_keys know the new one before the files change their names. The former one
/// stays in the agent for `old_key_life`, for nodes that have not heard of the new one, and nowhere else.
one::Result<> put_in_place(const Config& config, const KeyPair& present, const KeyPair& next);

}  // namespace onefrontend::cli
