#include "nodeagent/core/real_path.hpp"

#include <fmt/format.h>

namespace onenode {

constexpr int links_at_most = 8;

std::string real_path(const HostView& host, std::string path)
{
    for (int links = 0; links < links_at_most; ++links) {
        const auto target = host.read_link(path);
        if (!target || target->empty()) return path;
        path = target->starts_with('/') ? *target : fmt::format("{}/{}", path.substr(0, path.rfind('/')), *target);
    }
    return path;
}

}  // namespace onenode
