#include "nodeagent/core/real_path.hpp"

#include <filesystem>

namespace onenode {

constexpr int links_at_most = 8;

std::string real_path(const HostView& host, std::string path)
{
    for (int links = 0; links < links_at_most; ++links) {
        const auto target = host.read_link(path);
        if (!target || target->empty()) return path;
        path = (std::filesystem::path{path}.parent_path() / *target).lexically_normal().string();
    }
    return path;
}

}  // namespace onenode
