// qemu.conf, OpenNebula's name for QEMU, AppArmor's leave. What OpenNebula's package set already is not said twice.
#include "nodeagent/steps/guests.hpp"

#include "common/managed_block.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/distribution.hpp"
#include "nodeagent/core/risks.hpp"
#include "nodeagent/core/settings.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::steps {
namespace {

constexpr std::string_view apparmor = "/sys/module/apparmor/parameters/enabled";
constexpr std::array addition_directories{std::string_view{"/etc/apparmor.d/local"},
                                          std::string_view{"/etc/apparmor.d/local/abstractions"}};
constexpr std::array<std::string_view, 7> reads{qemu_conf,       emulator_name,           apparmor,
                                                guest_profile,   addition_directories[0], addition_directories[1],
                                                profile_addition};

Changes plan(const Facts& facts, const DesiredState& desired)
{
    if (desired.type == "lxc") return {};
    Changes changes;
    for (auto more : {want_emulator_name(facts), want_datastores_in_profile(facts), want_qemu_settings(facts)})
        std::ranges::move(more, std::back_inserter(changes));
    return changes;
}

}  // namespace

bool uses_apparmor(const Facts& facts)
{
    const auto driver = setting_in(facts.text(qemu_conf), "security_driver", Counts::first);
    return one::trim(facts.text(apparmor)) == "Y" && facts.file(guest_profile) != nullptr &&
           (!driver || driver->find("apparmor") != std::string::npos);
}

bool lets_guests_write(std::string_view rules, std::string_view directory)
{
    return std::ranges::any_of(active_lines(rules), [directory](std::string_view line) {
        const auto stars = line.find("/**");
        if (!line.starts_with('/') || stars == std::string_view::npos) return false;
        const auto above = line.substr(0, stars);
        return directory.starts_with(above) && (directory.size() == above.size() || directory[above.size()] == '/') &&
               line.find('w', stars) != std::string_view::npos;
    });
}

Changes want_qemu_settings(const Facts& facts)
{
    const FileFact* file = facts.file(qemu_conf);
    if (file == nullptr || file->info.kind != FileKind::file) return {};
    if (file->text.find('\0') != std::string::npos)
        return {};  // no configuration: libvirt refuses it, with our block too
    auto lines = one::managed_block(file->text, block_name);
    for (const auto& setting : qemu_settings) {
        const auto value = setting_in(file->text, setting.key, Counts::first);  // as libvirt reads it
        if (value && *value != setting.value) return {};
        if (!value) lines.emplace_back(setting.line);
    }
    auto text = one::with_managed_block(file->text, block_name, lines);
    if (text == file->text || !may_restart_libvirt(facts)) return {};  // which reads the file only then
    return {WriteFile{.path = std::string{qemu_conf},
                      .text = std::move(text),
                      .mode = file->info.mode,
                      .owner = file->owner,
                      .group = file->group,
                      .block = std::string{block_name},
                      .why = "disks of guests are oneadmin's"}};
}

Changes want_emulator_name(const Facts& facts)
{
    if (facts.emulator.is_named || facts.emulator.program.empty()) return {};
    const FileFact* there = facts.file(emulator_name);
    if (there != nullptr && there->info.kind != FileKind::symlink) return {};
    return {MakeLink{.path = std::string{emulator_name},
                     .target = facts.emulator.program,
                     .why = "OpenNebula's guests are started with it"}};
}

Changes want_datastores_in_profile(const Facts& facts)
{
    const auto& directory = facts.datastores;  // AppArmor sees where a link leads
    const auto text = facts.text(profile_addition);
    if (!uses_apparmor(facts) || lets_guests_write(facts.text(guest_profile) + '\n' + text, directory)) return {};
    const std::string why = "guests that start from now on may use their disks' backing files";
    Changes changes;
    for (const auto path : addition_directories)
        if (facts.file(path) == nullptr) changes.emplace_back(MakeDirectory{.path = std::string{path}, .why = why});
    auto lines = one::managed_block(text, block_name);
    lines.push_back(fmt::format("{}/** rwk,", directory));
    changes.emplace_back(WriteFile{.path = std::string{profile_addition},
                                   .text = one::with_managed_block(text, block_name, lines),
                                   .block = std::string{block_name},
                                   .why = why});
    return changes;
}

constinit const Step guests{"guests", "guests run as oneadmin, on oneadmin's disks", reads, plan};

}  // namespace onenode::steps
