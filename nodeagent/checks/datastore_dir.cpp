// Disks of guests live in the datastores' directory; probes end with an error where oneadmin cannot write there.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/core/real_path.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

/// The default place is a link to this one.
bool is_linked(const HostView& host, const std::string& path)
{
    return path != oneadmin::datastores && real_path(host, std::string{oneadmin::datastores}) == path;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    const auto path = datastores_of(facts, host);
    const bool is_link = is_linked(host, path);
    const auto info = host.stat(path);
    if (!info && !is_link) return {};  // joining makes it
    if (!info)
        return {error(fmt::format("{} leads to {}, which does not exist", oneadmin::datastores, path),
                      fmt::format("install -d -o oneadmin -g oneadmin -m 0750 {}", path))};
    if (info->kind != FileKind::directory)
        return {error(fmt::format("{} is not a directory", path), fmt::format("mv {0} {0}.old", path))};

    const User* user = facts.user(oneadmin::name);
    const std::uint32_t uid = user != nullptr ? user->uid : oneadmin::id;
    if (info->uid == uid) return {};
    const auto fix = fmt::format("chown {0}:{0} {1}", user != nullptr ? "oneadmin" : "9869", path);
    auto message = fmt::format("{} belongs to uid {}, not to oneadmin", path, info->uid);
    if (is_link) return {error(std::move(message), fix)};  // our steps do not follow it
    return {warning(message + "; joining gives it to oneadmin", fix)};
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    const User* user = facts.user(oneadmin::name);
    const auto path = datastores_of(facts, host);
    const auto info = host.stat(path);
    if (user == nullptr || is_linked(host, path) || !info || info->kind != FileKind::directory ||
        info->uid == user->uid)
        return {};
    return {SetAttributes{.path = path,
                          .mode = info->mode,
                          .owner = user->name,
                          .group = std::to_string(user->gid),
                          .why = "drivers make the directories of guests there as oneadmin"}};
}

}  // namespace

constinit const Check datastore_dir{
    .id = "datastore-dir",
    .title = "the datastores' directory, if it exists, is oneadmin's",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F117",
    .explain = "Whether the place of the datastores (DATASTORE_LOCATION), if it exists, is oneadmin's directory. A "
               "warning where joining "
               "mends it, an error behind a symbolic link.",
    .without_it = "`monitor_ds.rb` fails and the host goes to ERROR.",
    .mend = "`chown`.",
};

}  // namespace onenode::checks
