// One line a setting: file, name, ours and the former value, apart by tabs; what it is now stands in /proc/sys.
#include "nodeagent/core/kernel_settings.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {
namespace {

constexpr std::string_view directory = "/etc/sysctl.d/";
constexpr std::chrono::seconds limit{10};

struct Setting {
    std::string file{};
    std::string name{};
    std::string ours{};
    std::string former{};
};

std::string remembered_in(const Journal& journal)
{
    const auto beside = journal.untold();
    return beside.substr(0, beside.rfind('/')) + "/kernel-settings";
}

// Some hold several numbers, apart by a tab.
std::string plain(std::string_view value)
{
    return one::join(one::split_words(value), " ");
}

std::optional<std::string> value_now(const HostView& host, std::string name)
{
    std::ranges::replace(name, '.', '/');
    const auto text = host.read("/proc/sys/" + name);
    if (!text) return std::nullopt;  // a module that is not loaded
    return plain(*text);
}

/// Of "net.netfilter.nf_conntrack_max = 262144".
std::vector<Setting> settings_of(const WriteFile& file)
{
    std::vector<Setting> settings;
    for (const auto& line : one::split_lines(file.text)) {
        const auto sign = line.find('=');
        if (line.starts_with('#') || sign == std::string::npos) continue;
        settings.push_back({.file = file.path,
                            .name = std::string{one::trim(std::string_view{line}.substr(0, sign))},
                            .ours = plain(std::string_view{line}.substr(sign + 1))});
    }
    return settings;
}

std::vector<Setting> remembered(const HostView& host, const Journal& journal)
{
    std::vector<Setting> settings;
    for (const auto& line : one::split_lines(host.read(remembered_in(journal)).value_or(""))) {
        std::string_view text = line;
        Setting setting;
        for (auto* part : {&setting.file, &setting.name, &setting.ours, &setting.former}) {
            const auto end = std::min(text.find('\t'), text.size());
            *part = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        if (!setting.name.empty()) settings.push_back(std::move(setting));
    }
    return settings;
}

Result<> save(Host& host, const Journal& journal, const std::vector<Setting>& settings)
{
    std::string text;
    for (const auto& one : settings)
        text += fmt::format("{}\t{}\t{}\t{}\n", one.file, one.name, one.ours, one.former);
    return host.write({.path = remembered_in(journal), .text = std::move(text), .mode = 0600})
        .map_error(one::while_doing("write"));
}

std::vector<std::string> command_for(const Setting& setting)
{
    return {"sysctl", "--quiet", "--write", fmt::format("{}={}", setting.name, setting.former)};
}

/// Nothing where it is as before now.
std::optional<Kept> restore(Host& host, const Setting& setting)
{
    const auto now = value_now(host, setting.name);
    if (!now || *now == setting.former || host.stat(setting.file)) return std::nullopt;  // a file that stays is named
    const auto kept = [&](std::string_view reason) {
        return Kept{.thing = "kernel setting " + setting.name,
                    .reason = fmt::format("{}; before the join it was {}: {}", reason, setting.former,
                                          one::to_shell(command_for(setting)))};
    };
    if (*now != setting.ours) return kept(fmt::format("somebody made it {} since", *now));
    const auto done = host.run({.argv = command_for(setting), .limit = limit});
    if (done && done->ok()) return std::nullopt;
    return kept(fmt::format("it is still {}: {}", *now, done ? complaint_of(*done) : done.error().reason));
}

}  // namespace

Result<> remember_kernel_settings(Host& host, const Journal& journal, const Changes& changes)
{
    const auto before = remembered(host, journal);
    auto settings = before;
    for (const auto& change : changes) {
        const auto* file = std::get_if<WriteFile>(&change);
        if (file == nullptr || !file->path.starts_with(directory)) continue;
        for (auto& setting : settings_of(*file)) {
            const auto known = std::ranges::find(settings, setting.name, &Setting::name);
            if (known != settings.end()) {
                known->ours = setting.ours;
            } else if (auto now = value_now(host, setting.name)) {
                setting.former = *std::move(now);
                settings.push_back(std::move(setting));
            }
        }
    }
    const auto same = [](const Setting& one, const Setting& other) {
        return one.name == other.name && one.ours == other.ours;
    };
    return std::ranges::equal(before, settings, same) ? Result<>{} : save(host, journal, settings);
}

Result<std::vector<Kept>> restore_kernel_settings(Host& host, const Journal& journal)
{
    std::vector<Kept> kept;
    for (const auto& setting : remembered(host, journal))
        if (auto one = restore(host, setting)) kept.push_back(*std::move(one));
    TRY(host.remove(remembered_in(journal)).map_error(one::while_doing("remove")));  // and what a killed write left
    return kept;
}

}  // namespace onenode
