// Keys in a home that others can write are ignored by sshd, without a word to who logs in.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"
#include "nodeagent/checks/strict_modes.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

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
    if (!readable) return not_checked(one::to_line(readable.error()), readable.error().next);
    if (!readable->ok())
        return {error(fmt::format("oneadmin cannot read {}, so sshd finds no keys", keys),
                      fmt::format("chown oneadmin:oneadmin {0} {1} {2} && chmod 600 {2} && chmod 700 {1}",
                                  oneadmin::home, oneadmin::ssh_directory, keys))};
    const auto loose = loose_places(host);
    if (loose.empty() || sshd_does_not_mind(facts, host, context)) return {};
    return {error(fmt::format("sshd ignores oneadmin's keys because of {}: {}", loose.front().path, loose.front().why),
                  mend(loose.front()))};
}

}  // namespace

constinit const Check home_strictmodes{"home-strictmodes", "oneadmin's home is its own", run_home};
constinit const Check authorized_keys_permissions{"authorized-keys-permissions",
                                                  "sshd accepts the file with oneadmin's keys", run_keys};

}  // namespace onenode::checks
