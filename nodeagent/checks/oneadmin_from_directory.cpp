// An account that LDAP or SSSD brings goes away with them, and the node with it.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/oneadmin.hpp"

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView&, const CheckContext&)
{
    const User* user = facts.user(oneadmin::name);
    if (user == nullptr || user->local) return {};
    return {error("oneadmin comes from a directory service, not from /etc/passwd: logins end when the service does",
                  "getent passwd oneadmin >>/etc/passwd && getent group oneadmin >>/etc/group && pwconv && grpconv")};
}

}  // namespace

constinit const Check oneadmin_from_directory{
    .id = "oneadmin-from-directory",
    .title = "oneadmin, if it exists, stands in /etc/passwd",
    .run = run,
    .covers = "F03",
    .explain = "Whether `oneadmin` stands in `/etc/passwd` rather than in LDAP or SSSD.",
    .without_it = "the node works until the directory service is away.",
    .mend = "copy the account into the local files.",
};

}  // namespace onenode::checks
