// Three sides of each path: as it shipped before, as it ships now, as it is there. Pure.
#include "frontend/bootstrap/shipped.hpp"

namespace onefrontend::bootstrap {
namespace {

std::string_view in(const Digests& digests, const std::string& path)
{
    const auto found = digests.find(path);
    return found == digests.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace

std::vector<Step> plan_refresh(const Digests& before, const Digests& shipped, const Digests& there,
                               bool (*follows)(std::string_view path))
{
    std::vector<Step> steps;
    for (const auto& [path, digest] : shipped) {
        const auto present = in(there, path);
        const auto was = in(before, path);
        if (present == digest) continue;
        if (present.empty())
            steps.push_back({Act::add, path});
        else if (present == was)
            steps.push_back({Act::replace, path});
        else if (digest != was)
            steps.push_back({follows(path) ? Act::save : Act::leave, path});
    }
    for (const auto& [path, digest] : before)
        if (!shipped.contains(path) && in(there, path) == digest) steps.push_back({Act::remove, path});
    return steps;
}

bool is_driver(std::string_view path)
{
    return path.starts_with("remotes/") && !path.starts_with("remotes/etc/") && !path.starts_with("remotes/hooks/");
}

}  // namespace onefrontend::bootstrap
