// sshd passes over host keys that are empty (a full disk left them) or open to others, and does not start without any
// (F29).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/checks/repairs.hpp"
#include "nodeagent/checks/sshd_settings.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace onenode::checks {
namespace {

constexpr std::string_view group_of_keys = "ssh_keys";  // Red Hat's sshd lets this group read them

std::string reason_against(const HostView& host, const FileInfo& key)
{
    if (key.size == 0) return "is empty";
    if (key.uid != 0) return {};  // sshd minds the mode of root's files only
    const bool group_may = (key.mode & (S_IRGRP | S_IWGRP)) != 0;
    const auto group = group_may ? host.group_by_id(key.gid) : Result<Group>{};
    if ((key.mode & S_IRWXO) != 0 || (group_may && (!group || group->name != group_of_keys)))
        return fmt::format("is mode {:04o}: others may read it", key.mode);
    return {};
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context, [&host](const SshdSettings& settings, const std::string&) -> Findings {
        const auto paths = settings.values("hostkey");
        if (paths.empty()) return {};  // an agent may hold them
        Findings findings;
        bool one_is_good = false;
        for (const auto& path : paths) {
            const auto key = host.stat(path);
            if (!key || key->kind != FileKind::file) continue;  // sshd names by itself also those that nobody made
            const auto reason = reason_against(host, *key);
            one_is_good = one_is_good || reason.empty();
            if (reason.empty()) continue;
            const auto fix = key->size == 0 ? fmt::format("rm -f {0} {0}.pub && ssh-keygen -A", path)
                                            : fmt::format("chmod 600 {}", path);
            findings.push_back(warning(fmt::format("sshd does not use the host key {}: it {}", path, reason),
                                       fmt::format("{} && systemctl restart {}", fix, ssh_unit(host))));
        }
        if (one_is_good) return findings;
        return {warning("sshd has no host key that it can use, so it will not start again",
                        findings.empty() ? fmt::format("ssh-keygen -A && systemctl restart {}", ssh_unit(host))
                                         : findings.front().fix)};
    });
}

// An empty key is made anew by a person, who tells those who knew the old one.
Changes fix(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto settings = sshd_settings(host, login_sources(facts, context).front());
    if (!settings) return {};
    Changes changes;
    for (const auto& path : settings->values("hostkey")) {
        const auto key = host.stat(path);
        if (!key || key->kind != FileKind::file || key->size == 0 || reason_against(host, *key).empty()) continue;
        changes.push_back(with_mode(path, *key, S_IRUSR | S_IWUSR, "sshd uses no key that others may read"));
    }
    return changes;
}

}  // namespace

constinit const Check host_key_type{
    .id = "host-key-type",
    .title = "sshd can use its host keys",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F29",
    .explain = "Whether sshd can use its host keys: not empty (a full disk leaves such), not open to others. A "
               "warning; without any left, sshd will not start again.",
    .without_it =
        "`Connection refused` after the next restart of sshd: the host is in ERROR and nobody gets in to see why.",
    .mend = "`chmod`, or `ssh-keygen -A`.",
};

}  // namespace onenode::checks
