// What onenode keeps of its join on this machine, and whether what it wrote is as it wrote it.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "nodeagent/core/drift.hpp"
#include "nodeagent/core/plan.hpp"
#include "nodeagent/core/traces.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

bool was_joined(const HostView& host, const CheckContext& context)
{
    return host.stat(context.state_directory + "/state.json").has_value();
}

Findings look_at_journal(const Facts&, const HostView& host, const CheckContext& context)
{
    const auto entries = Journal::read(host, context.state_directory);
    if (!entries) return {error(one::to_line(entries.error()), entries.error().next)};
    const auto path = context.state_directory + "/journal";
    if (!entries->empty() || !was_joined(host, context) || host.stat(path)) return {};
    const auto traces = find_traces(host, paths_read(steps::all()), steps::block_name, {});
    if (traces.empty()) return {};
    const auto lost = forgotten(path, traces);
    return {error(one::to_line(lost), lost.next)};
}

Result<> read_key(const HostView& host, const std::string& path)
{
    TRY_LET(std::string text, host.read(path));
    const one::Secret key{std::move(text)};
    TRY(one::identity::public_key_of(key));
    return {};
}

Result<> read_certificates(const HostView& host, const std::string& path)
{
    TRY_LET(const auto text, host.read(path));
    TRY(one::identity::read_certificates(text));
    return {};
}

Findings look_at_identity(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!was_joined(host, context)) return {};
    const auto directory = context.state_directory + "/identity";
    const auto judge = [&](const std::string& path, const Result<>& read) -> Findings {
        if (read) return {};
        return {error(fmt::format("{} cannot be used: {}", path, read.error().reason),
                      fmt::format("restore {} from a backup; without one: onenode leave --offline, on the front-end "
                                  "onefrontend node remove ID, then join again",
                                  directory))};
    };
    if (auto found = judge(directory + "/node.key", read_key(host, directory + "/node.key")); !found.empty())
        return found;
    for (const auto* name : {"/node.crt", "/ca.crt"})
        if (auto found = judge(directory + name, read_certificates(host, directory + name)); !found.empty())
            return found;
    return {};
}

Findings look_at_files(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!was_joined(host, context)) return {};
    if (context.joining) return left_to_join();
    const auto entries = Journal::read(host, context.state_directory);
    if (!entries) return not_checked("the journal, which names them, cannot be read: see own-journal");
    Findings findings;
    for (const auto& drift : drift_since(host, *entries, Compare::what_is_ours))
        findings.push_back(error(fmt::format("{} is not as onenode wrote it: {}", drift.path, drift.what),
                                 drift.next.empty() ? "systemctl enable --now onenode.service  # its agent puts it back"
                                                    : drift.next));
    return findings;
}

}  // namespace

constinit const Check own_journal{
    .id = "own-journal",
    .title = "the journal of what onenode changed is there and whole",
    .run = look_at_journal,
    .covers = "F166",
    .explain =
        "`/var/lib/onenode/journal` on a joined node: without it the agent puts nothing back, and a leave can give "
        "back nothing of what was here before the join.",
    .without_it = "what the join changed drifts without repair, and `leave` cannot take it back.",
    .mend = "restore it from a backup.",
};

constinit const Check own_identity{
    .id = "own-identity",
    .title = "the node's key and certificates can be used",
    .run = look_at_identity,
    .covers = "F166",
    .explain =
        "The files in `/var/lib/onenode/identity` on a joined node, with which the agent speaks to the front-end. "
        "An agent that runs has read them long ago; the next one could not start.",
    .without_it = "after the next restart of the agent the node follows neither keys nor addresses of its front-end.",
    .mend = "restore them from a backup, or leave and join again.",
};

constinit const Check managed_files{
    .id = "managed-files",
    .title = "what onenode wrote is as it was written",
    .run = look_at_files,
    .covers = "F17, F163",
    .explain =
        "Every file that the journal names on a joined node, compared with what was written: our lines in it, its "
        "owner, who may write it. The agent puts back what it can; a pipe, a device or a huge file in its place "
        "is for a person to look at.",
    .without_it = "the front-end cannot log in, `sudo` asks for a password.",
    .mend = "see that the agent runs; move away what stands in its way.",
};

}  // namespace onenode::checks
