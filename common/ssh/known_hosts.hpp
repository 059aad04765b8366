// Lines of known_hosts: who (plain names and addresses, never hashed), which key, which marker.
#pragma once

#include "common/result.hpp"
#include "common/ssh/public_key.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace one::ssh {

struct KnownHost {
    std::string marker{};              // "", "@cert-authority" or "@revoked"
    std::vector<std::string> names{};  // host names, addresses, [name]:port forms, patterns
    PublicKey key{};

    bool operator==(const KnownHost&) const = default;
};

Result<KnownHost> parse_known_host(std::string_view line);
std::string to_line(const KnownHost& host);
/// The name as known_hosts wants it: lower case, `[name]:port` where the port is not 22.
std::string known_host_name(std::string_view name, int port = 22);

}  // namespace one::ssh
