// A front-end's files in a directory of the test's own: keys, monitord.conf, and the configuration that names them.
#pragma once

#include "frontend/config.hpp"
#include "tests/unit/frontend/fake/directory.hpp"

#include <string>
#include <vector>

namespace onefrontend::test {

inline constexpr const char* some_ssh_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

inline constexpr const char* another_ssh_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP//////////////////////////////////////////";

inline constexpr const char* some_pin = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

class Site {
public:
    Site();
    Config config{};
    Directory directory{};
};

/// In the place of the resolver, which no test of ours asks.
std::vector<std::string> addresses_of_site(const std::vector<std::string>& names);

}  // namespace onefrontend::test
