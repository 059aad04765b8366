// A front-end's files in a directory of the test's own: keys, monitord.conf, and the configuration that names them.
#pragma once

#include "frontend/config.hpp"
#include "tests/unit/frontend/fake/directory.hpp"

namespace onefrontend::test {

inline constexpr const char* some_ssh_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

inline constexpr const char* some_pin = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

class Site {
public:
    Site();
    Config config{};
    Directory directory{};
};

}  // namespace onefrontend::test
