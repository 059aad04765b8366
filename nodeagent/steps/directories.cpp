// The directories that drivers and monitoring write to, also after a reboot and after months without use.
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/steps/steps.hpp"
#include "nodeagent/steps/tmpfiles.hpp"

#include <array>

namespace onenode::steps {
namespace {

constexpr std::string_view run = "/run/one";
constexpr std::string_view sockets = "/run/one/ssh-socks";  // of ssh's ControlPath, which refuses a wider mode
constexpr std::string_view tmpfiles = "/etc/tmpfiles.d";
constexpr std::string_view our_tmpfiles = "/etc/tmpfiles.d/onenode.conf";
constexpr std::string_view package_run = "/usr/lib/tmpfiles.d/opennebula-common.conf";
constexpr std::string_view package_drivers = "/usr/lib/tmpfiles.d/opennebula-node.conf";
constexpr std::array reads{
    oneadmin::ssh_directory, oneadmin::datastores, run, sockets, tmpfiles, our_tmpfiles, package_run, package_drivers};

// Outside of oneadmin's home a directory that is there may hold somebody's data: its owner gives it to oneadmin, not we.
bool may_be_taken(const Facts& facts, std::string_view path)
{
    return facts.file(path) == nullptr || path.starts_with(std::string{oneadmin::home} + '/');
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    Changes changes;
    want_directory(changes, facts, oneadmin::ssh_directory, 0700, "sshd reads the front-end's keys there");
    if (may_be_taken(facts, desired.datastore_location))
        want_directory(changes, facts, desired.datastore_location, 0750, "disks of virtual machines live there");
    want_directory(changes, facts, run, 0750, "drivers keep sockets and locks there");
    want_directory(changes, facts, sockets, 0700, "ssh keeps shared connections there");
    for (auto& change : want_tmpfiles(facts))
        changes.push_back(std::move(change));
    return changes;
}

}  // namespace

constinit const Step directories{"directories", "drivers and monitoring have their directories", reads, plan};

}  // namespace onenode::steps
