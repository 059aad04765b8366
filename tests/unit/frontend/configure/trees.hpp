// The files that OpenNebula ships, in four versions: written for these tests, and the real ones where there is a checkout.
#pragma once

#include "frontend/configure/render.hpp"

#include <string>
#include <vector>

namespace onefrontend::configure {

struct Tree {
    std::string version{};
    std::string origin{};
    Texts files{};
};

/// Ours; and OpenNebula's own, where ONE_SOURCE names a checkout.
const std::vector<Tree>& trees();
const Tree& tree_of(std::string_view version);

/// The least that is needed: an address. Before 7.4 the transparent proxy needs one of IPv4.
Settings smallest(std::string_view version = "7.4");

}  // namespace onefrontend::configure
