// libvirt's capabilities XML: the host's uuid and what guests of this machine's architecture may run on.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode {

struct Capabilities {
    std::string uuid{};
    std::vector<std::string> domain_types{};
    bool operator==(const Capabilities&) const = default;
};

one::Result<Capabilities> parse_capabilities(std::string_view xml, std::string_view architecture);

}  // namespace onenode
