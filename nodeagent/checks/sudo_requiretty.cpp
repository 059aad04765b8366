// Drivers have no terminal: with `Defaults requiretty`, and nothing that takes oneadmin out, sudo runs nothing for them
// (F46).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/sudoers_lines.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    std::string wanted_by;  // the file; what is said of one user counts more than what is said of all
    for (const auto& line : sudoers_lines(host)) {
        std::string scope;
        for (const auto& option : defaults_of(line.text, scope)) {
            const bool about_oneadmin = scope.starts_with(':') && scope.find(oneadmin::name) != std::string::npos;
            if (option == "!requiretty" && about_oneadmin) return {};
            if (option == "!requiretty" && scope.empty()) wanted_by.clear();
            if (option == "requiretty" && (scope.empty() || about_oneadmin)) wanted_by = line.file;
        }
    }
    if (wanted_by.empty()) return {};
    return {error(
        fmt::format("sudo wants a terminal (requiretty in {}), and drivers have none", wanted_by),
        "echo 'Defaults:oneadmin !requiretty' >/etc/sudoers.d/oneadmin-tty && chmod 0440 /etc/sudoers.d/oneadmin-tty")};
}

Changes fix(const Facts&, const HostView&, const CheckContext&)
{
    return {WriteFile{.path = "/etc/sudoers.d/onenode-requiretty",
                      .text = fmt::format("# Written by onenode doctor.\nDefaults:{} !requiretty\n", oneadmin::name),
                      .mode = 0440,
                      .group = "root",
                      .verify = {"visudo", "-cf", "%"},
                      .why = "drivers have no terminal"}};
}

}  // namespace

constinit const Check sudo_requiretty{
    .id = "sudo-requiretty",
    .title = "sudo works without a terminal",
    .run = run,
    .fix = fix,
    .covers = "F46",
    .explain = "Whether sudo wants a terminal (`Defaults requiretty`) and nothing takes oneadmin out of that.",
    .without_it = "`sorry, you must have a tty to run sudo` on every network action.",
    .mend = "one line for oneadmin.",
};

}  // namespace onenode::checks
