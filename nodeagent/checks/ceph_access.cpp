// Where Ceph is set up, drivers use it as oneadmin (F123).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

constexpr const char* directory = "/etc/ceph";
constexpr Package client{"ceph-common", "ceph-common"};

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
        return {warning("Ceph is set up in /etc/ceph, and its client rbd is not installed", install(host, client))};
    if (facts.user(oneadmin::name) == nullptr)
        return not_checked("there is no oneadmin yet who could read the keyrings");
    for (const auto& ring : rings) {
        const auto answer = host.look({.argv = {"test", "-r", ring}, .user = std::string{oneadmin::name}});
        if (!answer) return not_checked(one::to_line(answer.error()), answer.error().next);
        if (answer->ok()) return {};
    }
    return {warning(fmt::format("oneadmin can read no keyring of Ceph ({})", fmt::join(rings, ", ")),
                    fmt::format("chgrp oneadmin {0} && chmod 0640 {0}", rings.front()))};
}

}  // namespace

constinit const Check ceph_access{"ceph-access", "oneadmin may use Ceph where it is set up", run};

}  // namespace onenode::checks
