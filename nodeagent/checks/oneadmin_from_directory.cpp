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

constinit const Check oneadmin_from_directory{"oneadmin-from-directory",
                                              "oneadmin, if it exists, stands in /etc/passwd", run};

}  // namespace onenode::checks
