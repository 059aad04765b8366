// onefrontend refresh: both trees, one after the other.
#include "frontend/cli/refresh.hpp"

#include "frontend/bootstrap/shipped.hpp"
#include "frontend/cli/configured_files.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <array>

namespace onefrontend::cli {
namespace {

using one::Result;

constexpr std::array<std::string_view, 2> trees{"/etc/one", "/var/lib/one"};

/// Below this tree.
std::vector<std::string> written_by_configure(std::string_view tree, const RefreshWish& wish)
{
    std::vector<std::string> paths;
    if (::access(wish.settings_file.c_str(), F_OK) != 0) return paths;
    for (const auto& target : configure::targets()) {
        const auto path = path_of({.image = true}, target.path);
        if (path.starts_with(tree) && path.size() > tree.size() && path[tree.size()] == '/')
            paths.push_back(path.substr(tree.size() + 1));
    }
    return paths;
}

one::Error left(const std::string& path, const std::string& from)
{
    return {.kind = one::ErrorKind::conflict,
            .thing = path,
            .reason = "this version ships another one, and this was changed here: it stays",
            .next = fmt::format("compare it with {}{}", from, path),
            .doing = "bring up to date"};
}

one::Error saved(const std::string& path, std::string_view tree)
{
    return {.kind = one::ErrorKind::conflict,
            .thing = path,
            .reason = "drivers have to be those of this version",
            .next = fmt::format("what was changed in it is in {}/.replaced", tree),
            .doing = "keep"};
}

}  // namespace

Result<Exit> run_refresh(const RefreshWish& wish, Terminal& terminal)
{
    int changed = 0;
    for (const auto tree : trees) {
        const auto shipped = fmt::format("{}{}", wish.from, tree);
        const auto there = fmt::format("{}{}", wish.root, tree);
        TRY_LET(const auto done, bootstrap::refresh(shipped, there, written_by_configure(tree, wish)));
        changed += done.changed;
        for (const auto& path : done.left)
            terminal.warn(left(path.substr(wish.root.size()), wish.from));
        for (const auto& path : done.saved)
            terminal.warn(saved(path.substr(wish.root.size()), tree));
    }
    terminal.say(changed == 0 ? "OpenNebula's own files are those of this version; nothing changes."
                              : fmt::format("{} of OpenNebula's own files brought to this version.", changed),
                 "refreshed", Json{{"changed", changed}});
    return terminal.warned() ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli
