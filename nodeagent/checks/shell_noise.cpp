// What a login shell prints on its own gets in between rsync's words, and monitoring's (F25).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

// bash reads the file for commands that come over SSH: Debian's where SSH_CLIENT is set, others where standard input
// is a socket, which is not so here. Hence by its name.
constexpr const char* as_a_login_does = "if [ -r ~/.bashrc ]; then . ~/.bashrc; fi";

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto output = host.look({.argv = {"bash", "-c", as_a_login_does},
                                   .user = std::string{oneadmin::name},
                                   .directory = std::string{oneadmin::home},
                                   .environment = {{"SSH_CLIENT", "192.0.2.1 40000 22"}}});
    if (!output) return not_checked(output.error());
    if (output->out.empty()) return {};
    const auto first = one::trim(std::string_view{output->out}.substr(0, output->out.find('\n')));
    return {
        error(fmt::format("oneadmin's shell prints before it does what the front-end says: '{}'", first.substr(0, 60)),
              "grep -n . /var/lib/one/.bashrc /etc/bash.bashrc /etc/bashrc  # print only where $- holds an i")};
}

}  // namespace

constinit const Check shell_noise{
    .id = "shell-noise",
    .title = "oneadmin's shell prints nothing of its own",
    .run = run,
    .covers = "F25",
    .explain = "Whether oneadmin's shell prints anything before it does what it is told, tried as oneadmin.",
    .without_it = "rsync's `is your shell clean?`, hidden behind `Could not update remotes`.",
    .mend = "print only in interactive shells.",
};

}  // namespace onenode::checks
