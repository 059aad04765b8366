// Where Ceph is set up, drivers use it as oneadmin (F123).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

constexpr const char* directory = "/etc/ceph";

std::vector<std::string> keyrings(const HostView& host)
{
    std::vector<std::string> found;
    for (const auto& name : host.list(directory).value_or(std::vector<std::string>{}))
        if (name.starts_with("ceph.client.") && name.ends_with(".keyring") && name != "ceph.client.admin.keyring")
            found.push_back(fmt::format("{}/{}", directory, name));
    return found;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    const auto rings = keyrings(host);
    if (rings.empty() || !host.stat("/etc/ceph/ceph.conf")) return {};
    if (!host.find_program("rbd"))
        return {missing(Severity::warning, "Ceph is set up in /etc/ceph, and its client rbd is not installed", host,
                        needed::ceph)};
    if (facts.user(oneadmin::name) == nullptr)
        return not_checked("there is no oneadmin yet who could read the keyrings");
    for (const auto& ring : rings) {
        const auto answer = host.look({.argv = {"test", "-r", ring}, .user = std::string{oneadmin::name}});
        if (!answer) return not_checked(answer.error());
        if (answer->ok()) return {};
    }
    return {warning(fmt::format("oneadmin can read no keyring of Ceph ({})", fmt::join(rings, ", ")),
                    fmt::format("chgrp oneadmin {0} && chmod 0640 {0}", rings.front()))};
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    const User* user = facts.user(oneadmin::name);
    const auto rings = keyrings(host);
    if (user == nullptr || rings.size() != 1 || !host.find_program("rbd")) return {};  // which of several is a choice
    const auto info = host.stat(rings.front());
    if (!info || info->kind != FileKind::file) return {};
    return {SetAttributes{.path = rings.front(),
                          .mode = 0640,
                          .owner = std::to_string(info->uid),
                          .group = std::to_string(user->gid),
                          .why = "drivers use Ceph as oneadmin"}};
}

}  // namespace

constinit const Check ceph_access{
    .id = "ceph-access",
    .title = "oneadmin may use Ceph where it is set up",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F123",
    .explain = "Where `/etc/ceph` holds a keyring besides the administrator's: whether `rbd` is installed and oneadmin "
               "can read one, tried as oneadmin.",
    .without_it = "`error connecting to the cluster`.",
    .mend = "the package, or the keyring's group.",
};

}  // namespace onenode::checks
