// Files of our own beside those of others, and units as systemd links them.
#include "nodeagent/checks/repairs.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace onenode::checks {
namespace {

constexpr std::string_view units_of_admin = "/etc/systemd/system";
constexpr std::array unit_directories{units_of_admin, std::string_view{"/usr/lib/systemd/system"},
                                      std::string_view{"/lib/systemd/system"}};

struct Unit {
    std::string path{};
    std::vector<std::string> wanted_by{};
};

std::optional<Unit> find_unit(const HostView& host, const std::string& name)
{
    constexpr std::string_view key = "WantedBy=";
    for (const auto directory : unit_directories) {
        const auto path = fmt::format("{}/{}", directory, name);
        const auto text = host.read(path);
        if (!text && host.read_link(path).value_or("") == "/dev/null") return std::nullopt;  // masked
        if (!text) continue;
        Unit unit{.path = path};
        for (const auto& line : one::split_lines(*text))
            if (line.starts_with(key))
                for (auto& target : one::split_words(line.substr(key.size())))
                    unit.wanted_by.push_back(std::move(target));
        return unit.wanted_by.empty() ? std::nullopt : std::optional{std::move(unit)};
    }
    return std::nullopt;
}

}  // namespace

Changes switch_on(const HostView& host, const std::vector<std::string>& units, const std::string& why)
{
    if (!has_systemd(host)) return {};
    Changes changes;
    for (const auto& name : units) {
        const auto unit = find_unit(host, name);
        if (!unit) return {};
        for (const auto& target : unit->wanted_by) {
            const auto link = fmt::format("{}/{}.wants/{}", units_of_admin, target, name);
            for (auto& directory : missing_directories(host, link, why))
                if (std::ranges::find(changes, directory) == changes.end()) changes.push_back(std::move(directory));
            changes.emplace_back(MakeLink{.path = link, .target = unit->path, .why = why});
        }
    }
    return changes;
}

Changes missing_directories(const HostView& host, std::string_view path, const std::string& why)
{
    Changes changes;
    for (auto end = path.rfind('/'); end != 0 && end != std::string_view::npos; end = path.rfind('/', end - 1)) {
        if (host.stat(path.substr(0, end))) break;
        changes.emplace_back(MakeDirectory{.path = std::string{path.substr(0, end)}, .why = why});
    }
    std::ranges::reverse(changes);
    return changes;
}

Change with_mode(std::string path, const FileInfo& info, std::uint32_t mode, std::string why)
{
    return SetAttributes{.path = std::move(path),
                         .mode = mode,
                         .owner = std::to_string(info.uid),
                         .group = std::to_string(info.gid),
                         .why = std::move(why)};
}

}  // namespace onenode::checks
