// Why a probe failed, in the words of somebody who knows these probes.
#pragma once

#include "common/probes/script.hpp"

namespace one::probes {

struct Trouble {
    std::string cause{};  // the usual one
    std::string fix{};    // commands for the node, as root
};

/// Pure.
Trouble explain(const Run& run);

/// `probe host/system/pci.rb ended with 255: <its words>; usual cause: <cause>`.
std::string to_line(const Run& run, const Trouble& trouble);

}  // namespace one::probes
