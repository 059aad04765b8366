// The rules of oneadmin stand in /etc/sudoers.d: sudo must read that directory, and all of it must be readable.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include "common/managed_block.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr std::string_view main_file = "/etc/sudoers";
constexpr std::string_view directory = "/etc/sudoers.d";
constexpr std::uint32_t usual_mode = 0440;

Result<CommandOutput> ask_visudo(const HostView& host)
{
    return host.look({.argv = {"visudo", "-c"}});
}

// Modes and owners are visudo's own wish; sudo itself refuses only files that others can write.
bool is_about_modes(std::string_view line)
{
    return line.find("bad permissions") != std::string_view::npos || line.find("wrong owner") != std::string_view::npos;
}

std::vector<std::string> complaints(const CommandOutput& output)
{
    std::vector<std::string> lines;
    for (const auto& line : one::split_lines(output.err + '\n' + output.out))
        if (const auto text = one::trim(line);
            text.find("/etc/sudoers") != std::string_view::npos && !text.ends_with("parsed OK"))
            lines.emplace_back(text);
    return lines;
}

Findings run_broken(const Facts&, const HostView& host, const CheckContext&)
{
    const auto output = ask_visudo(host);
    if (!output) return not_checked("visudo cannot be asked: see sudo-missing");
    if (output->ok()) return {};
    const auto lines = complaints(*output);
    const auto serious = std::ranges::find_if_not(lines, is_about_modes);
    if (serious == lines.end() && !lines.empty())
        return {warning(fmt::format("visudo does not like {}", lines.front()),
                        "chown -R root:root /etc/sudoers.d && chmod 0440 /etc/sudoers.d/*")};
    return {
        error(fmt::format("sudo's rules cannot be read: {}", serious != lines.end() ? *serious : complaint_of(*output)),
              "visudo -c")};
}

bool includes_directory(std::string_view text)
{
    return std::ranges::any_of(one::split_lines(text), [](std::string_view line) {
        const auto word = one::take_word(line);
        return (word == "@includedir" || word == "#includedir") && one::trim(line) == directory;
    });
}

Findings run_includedir(const Facts&, const HostView& host, const CheckContext&)
{
    const auto text = host.read("/etc/sudoers");
    if (!text) return not_checked("there is no /etc/sudoers: see sudo-missing");
    if (includes_directory(*text)) return {};
    const auto output = ask_visudo(host);  // it may be included by a file that /etc/sudoers includes
    if (output && (output->out + output->err).find(fmt::format("{}/", directory)) != std::string::npos) return {};
    return {error(fmt::format("/etc/sudoers does not include {}, where oneadmin's rules are", directory),
                  fmt::format("echo '@includedir {}' | EDITOR='tee -a' visudo", directory))};
}

Changes fix_modes(const Facts&, const HostView& host, const CheckContext&)
{
    const auto output = ask_visudo(host);
    if (!output || output->ok() || !std::ranges::all_of(complaints(*output), is_about_modes)) return {};
    std::vector<std::string> files{std::string{main_file}};
    for (const auto& name : host.list(directory).value_or(std::vector<std::string>{}))
        files.push_back(fmt::format("{}/{}", directory, name));
    Changes changes;
    for (const auto& path : files) {
        const auto info = host.stat(path);
        if (!info || info->kind != FileKind::file || (info->mode == usual_mode && info->uid == 0 && info->gid == 0))
            continue;
        changes.emplace_back(SetAttributes{.path = path,
                                           .mode = usual_mode,
                                           .owner = "root",
                                           .group = "root",
                                           .why = "so wants visudo the files with sudo's rules"});
    }
    return changes;
}

Changes fix_includedir(const Facts&, const HostView& host, const CheckContext&)
{
    const auto text = host.read(main_file);
    const auto info = host.stat(main_file);
    if (!text || !info || info->kind != FileKind::file || includes_directory(*text)) return {};
    return {WriteFile{.path = std::string{main_file},
                      .text = one::with_managed_block(*text, "onenode", {fmt::format("@includedir {}", directory)}),
                      .mode = info->mode,
                      .owner = std::to_string(info->uid),
                      .group = std::to_string(info->gid),
                      .block = "onenode",
                      .verify = {"visudo", "-cf", "%"},
                      .why = "oneadmin's rules are in that directory"}};
}

}  // namespace

constinit const Check sudoers_broken{
    .id = "sudoers-broken",
    .title = "sudo can read its rules",
    .run = run_broken,
    .fix = fix_modes,
    .covers = "F43",
    .explain = "Whether `visudo -c` accepts sudo's rules. Modes that only visudo minds are a warning.",
    .without_it = "sudo refuses everybody, administrators too: `a password is required` from every driver.",
    .mend = "`visudo -c` names file and line.",
};
constinit const Check sudoers_includedir{
    .id = "sudoers-includedir",
    .title = "sudo reads /etc/sudoers.d",
    .run = run_includedir,
    .fix = fix_includedir,
    .covers = "F44",
    .explain = "Whether `/etc/sudoers` includes `/etc/sudoers.d`, where OpenNebula's rules are.",
    .without_it = "`a password is required`.",
    .mend = "add the line with `visudo`.",
};

}  // namespace onenode::checks
