// What somebody wrote into sshd's files counts with the next reload, and a join reloads it. Tried by nobody, it may lock
// out who wrote it: that is for a person to say.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/distribution.hpp"
#include "nodeagent/core/risks.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::checks {
namespace {

constexpr const char* read_at = "/run/sshd.pid";  // sshd writes it when it starts and with each reload
constexpr std::array<std::string_view, 2> files{"/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d"};
constexpr const char* ours = "00-onenode*";  // whoever writes those tells sshd

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (!host.stat(read_at)) return {};  // it does not run, or for one connection each
    Command find{.argv = {"find", "-L"}};
    for (const auto path : files)
        if (host.stat(path)) find.argv.emplace_back(path);
    // A directory changes with what is taken away from it, too.
    for (const auto* word : {"-cnewer", read_at, "(", "-type", "d", "-o", "-name", "sshd_config", "-o", "-name",
                             "*.conf", ")", "!", "-name", ours})
        find.argv.emplace_back(word);
    const auto found = host.look(find);
    if (!found) return not_checked(found.error());
    if (!found->ok()) return not_checked(complaint_of(*found));
    const auto edited = one::split_lines(found->out);
    if (edited.empty()) return {};

    auto message = fmt::format("sshd has not read {} since somebody changed {}", one::join(edited, ", "),
                               edited.size() == 1 ? "it" : "them");
    auto fix = fmt::format("look at what changed, then: sshd -t && systemctl reload {}", ssh_unit(host));
    if (!context.joining) return {warning(std::move(message), std::move(fix))};
    if (accepts(facts, risks::reload_sshd)) return left_to_join();
    return {error(message + ": a join reloads sshd, and would put that in force",
                  fmt::format("{}; or join with --accept-risk={}", fix, risks::reload_sshd))};
}

}  // namespace

constinit const Check sshd_unread{
    .id = "sshd-unread",
    .title = "sshd has read its files as they are",
    .run = run,
    .covers = "F13",
    .explain = "Whether somebody changed sshd's files since sshd read them. A join reloads sshd, which would put in "
               "force what perhaps nobody tried: then it asks (`--accept-risk=reload-sshd`). Once joined, a warning. "
               "Of a file that was taken away the directory is named.",
    .without_it = "what the files say is not what sshd does, until a reload or a reboot surprises everybody.",
    .mend = "look at the change, then `sshd -t` and a reload.",
};

}  // namespace onenode::checks
