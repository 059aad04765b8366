// Keys in a home that others can write are ignored by sshd, without a word to who logs in.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"
#include "nodeagent/checks/strict_modes.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace onenode::checks {
namespace {

constexpr std::uint32_t others_may_write = S_IWGRP | S_IWOTH;

std::string mend(const Loose& place)
{
    return fmt::format("chown oneadmin:oneadmin {0} && chmod go-w {0}", place.path);
}

bool sshd_does_not_mind(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto settings = sshd_settings(host, login_sources(facts, context).front());
    return settings && settings->value("strictmodes") == "no";
}

Findings run_home(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto loose = loose_places(host);
    if (loose.empty() || sshd_does_not_mind(facts, host, context)) return {};
    const auto& place = loose.front();
    if (place.behind_link)
        return {error(fmt::format("sshd will ignore oneadmin's keys because of {}: {}", place.path, place.why),
                      mend(place))};
    return {
        warning(fmt::format("{} is not oneadmin's alone: {}; joining mends that", place.path, place.why), mend(place))};
}

Findings run_keys(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const std::string keys = fmt::format("{}/authorized_keys", oneadmin::ssh_directory);
    if (!host.stat(keys))
        return {error(fmt::format("there is no {}, so nobody can log in as oneadmin", keys),
                      "run the same onenode join again")};
    const auto readable = host.look({.argv = {"test", "-r", keys}, .user = std::string{oneadmin::name}});
    if (!readable) return not_checked(readable.error());
    if (!readable->ok())
        return {error(fmt::format("oneadmin cannot read {}, so sshd finds no keys", keys),
                      fmt::format("chown oneadmin:oneadmin {0} {1} {2} && chmod 600 {2} && chmod 700 {1}",
                                  oneadmin::home, oneadmin::ssh_directory, keys))};
    const auto loose = loose_places(host);
    if (loose.empty() || sshd_does_not_mind(facts, host, context)) return {};
    return {error(fmt::format("sshd ignores oneadmin's keys because of {}: {}", loose.front().path, loose.front().why),
                  mend(loose.front()))};
}

// A place behind a link may be anybody's: that is for a person to look at.
Changes tighten(const Facts&, const HostView& host, const CheckContext&)
{
    const auto user = host.user(oneadmin::name);
    if (!user) return {};
    Changes changes;
    for (const auto& place : loose_places(host)) {
        const auto info = host.stat(place.path);
        if (!info || place.behind_link) continue;
        const bool is_roots = info->uid == 0;
        const bool is_somebodys = !is_roots && info->uid != user->uid;
        changes.emplace_back(SetAttributes{.path = place.path,
                                           .mode = info->mode & ~others_may_write,
                                           .owner = is_roots ? "root" : user->name,
                                           .group = std::to_string(is_somebodys ? user->gid : info->gid),
                                           .why = "sshd ignores keys below what others can write: " + place.why});
    }
    return changes;
}

}  // namespace

constinit const Check home_strictmodes{
    .id = "home-strictmodes",
    .title = "oneadmin's home is its own",
    .run = run_home,
    .fix = tighten,
    .severity = Severity::warning,
    .covers = "F07",
    .explain = "Whether oneadmin's home, `.ssh` and `authorized_keys` belong to it or root and nobody else can write "
               "them. sshd ignores the keys otherwise (`StrictModes`), and only its own log says so. A warning, "
               "because joining mends it; an error behind a symbolic link, which joining leaves alone.",
    .without_it = "`Permission denied (publickey)`, hidden behind `Could not update remotes`.",
    .mend = "`chown` and `chmod go-w`.",
};
constinit const Check authorized_keys_permissions{
    .id = "authorized-keys-permissions",
    .title = "sshd accepts the file with oneadmin's keys",
    .run = run_keys,
    .fix = tighten,
    .covers = "F17, F18",
    .explain = "Whether oneadmin can read its `authorized_keys`, tried as oneadmin, and sshd's `StrictModes` accepts "
               "it and all above it.",
    .without_it = "`Permission denied (publickey)`.",
    .mend = "`chown` and `chmod`.",
};

}  // namespace onenode::checks
