// One file of ours (tmpfiles.d(5)). Only what no package says: systemd-tmpfiles warns about a line that two files have.
#include "nodeagent/steps/tmpfiles.hpp"

#include "nodeagent/steps/attributes.hpp"

#include <string>
#include <string_view>

namespace onenode::steps {
namespace {

constexpr std::string_view directory = "/etc/tmpfiles.d";
constexpr std::string_view ours = "/etc/tmpfiles.d/onenode.conf";
constexpr std::string_view package_run = "/usr/lib/tmpfiles.d/opennebula-common.conf";
constexpr std::string_view package_drivers = "/usr/lib/tmpfiles.d/opennebula-node.conf";

// /var/tmp may be in memory: OpenNebula's sync fails where somebody else made the directories first. Their mode is the
// sync's to give. An `x` line keeps what is below from being aged out.
std::string text_for(const Facts& facts)
{
    std::string text = "# Written by onenode: OpenNebula's directories on this node (tmpfiles.d(5)).\n";
    if (!facts.file(package_run))
        text += "d /run/one 0750 oneadmin oneadmin -\nd /run/one/ssh-socks 0700 oneadmin oneadmin -\n";
    text += "d /var/tmp/one - oneadmin oneadmin -\n";
    if (!facts.file(package_drivers)) text += "x /var/tmp/one/*\n";
    return text + "d /var/tmp/one_db - oneadmin oneadmin -\nx /var/tmp/one_db\n";
}

}  // namespace

Changes want_tmpfiles(const Facts& facts)
{
    Changes changes;
    if (facts.file(directory))
        want_file(changes, facts,
                  {.path = std::string{ours},
                   .text = text_for(facts),
                   .mode = 0644,
                   .why = "/run is empty after a reboot, and nobody may age out the drivers or monitoring's data"});
    return changes;
}

}  // namespace onenode::steps
