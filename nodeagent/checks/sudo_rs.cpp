// sudo-rs refuses whole rules that the older sudo takes: requiretty, and wildcards inside a word (F47).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/sudoers_lines.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

bool is_sudo_rs(const HostView& host)
{
    const auto output = host.look({.argv = {"sudo", "--version"}});
    return output && (output->out + output->err).find("sudo-rs") != std::string::npos;
}

std::string reason_against(const SudoersLine& line)
{
    if (line.text.starts_with("Defaults") && line.text.find("requiretty") != std::string::npos) return "requiretty";
    if (!line.text.starts_with("Cmnd_Alias")) return {};
    for (auto word : one::split_words(line.text)) {
        std::erase(word, ',');
        if (word.size() > 1 && word.find('*') != std::string::npos) return word;
    }
    return {};
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    if (!is_sudo_rs(host)) return {};
    for (const auto& line : sudoers_lines(host)) {
        if (!line.file.starts_with("/etc/sudoers.d/opennebula")) continue;
        const auto reason = reason_against(line);
        if (reason.empty()) continue;
        return {warning(fmt::format("this machine's sudo is sudo-rs, which refuses '{}' in {}: these are rules of an "
                                    "OpenNebula before 7.4",
                                    reason, line.file),
                        "update-alternatives --set sudo /usr/bin/sudo.ws")};
    }
    return {};
}

}  // namespace

constinit const Check sudo_rs{
    .id = "sudo-rs",
    .title = "sudo-rs, where it is used, takes OpenNebula's rules",
    .run = run,
    .severity = Severity::warning,
    .covers = "F47",
    .explain = "Where sudo is sudo-rs: whether OpenNebula's rules are ones that it takes. Rules of OpenNebula before "
               "7.4 hold `requiretty` and wildcards inside a word, and sudo-rs refuses them as a whole. A warning: "
               "after a join, `sudo-rules` tries the effect.",
    .without_it = "`a password is required` from every driver that needs root: networks, volumes, containers.",
    .mend = "the older sudo, or newer rules.",
};

}  // namespace onenode::checks
