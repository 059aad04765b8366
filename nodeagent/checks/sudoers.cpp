// The rules of oneadmin stand in /etc/sudoers.d: sudo must read that directory, and all of it must be readable.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr std::string_view directory = "/etc/sudoers.d";

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

}  // namespace

constinit const Check sudoers_broken{"sudoers-broken", "sudo can read its rules", run_broken};
constinit const Check sudoers_includedir{"sudoers-includedir", "sudo reads /etc/sudoers.d", run_includedir};

}  // namespace onenode::checks
