// Machines that joins meet, in memory: bare, with OpenNebula's packages, used before by people, an LXC one.
#pragma once

#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/core/laws.hpp"

#include <string>
#include <vector>

namespace onenode {

namespace keys {
inline const std::string one =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIED6USvcPShBMnjZZ9rebymtg/L+R/ILdHML7ax6Dj0Y oneadmin@one";
inline const std::string two =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGYPUKCvRug2P2kMKGLfIanCid+rgbqy1YiuI6WxrLkl oneadmin@two";
inline const std::string host = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFE1RvR/DyGYVsPMqQXP7BOBTMOqKvYSTA8u/Gw/mvLY host";
inline const std::string certificate =
    "ssh-ed25519-cert-v01@openssh.com "
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIEg+Uqmj2/dJ3NU1ILhtyUYjHQjUeWvB4o1AJe1TL8uSAAAAIFE1RvR/"
    "DyGYVsPMqQXP7BOBTMOqKvYSTA8u/Gw/mvLYAAAAAAAAACoAAAACAAAABm5vZGUtNwAAABYAAAAFbm9kZTEAAAAJMTAuMC4wLjExAAAAAGlVuQAA"
    "AAAAa1/LAAAAAAAAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgxdxsD1452W6UFumSQwAkeOYZFYMphMItDohxUMVMROMAAABTAAAAC3Nza"
    "C1lZDI1NTE5AAAAQB0LVQmxRD+x/lY109+oED9O8gc3RYhHl1cU4naGFyzBQhY5zuKNv1egQHzhoqnhraE6cqUxSwLcQvNJrPjKjAQ=";
inline const std::string hers =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC8M29kBuox0zUOCFq7APU0k0LEi2YdeAKBF5UKiF1VP her@laptop";
}  // namespace keys

DesiredState desired_state(std::string type = "kvm");
FakeHost bare_debian();                   // sshd, sudo, libvirt; no account
FakeHost with_packages_that_came_late();  // after our sudo rules
FakeHost with_node_packages();            // account, sudo rules, tmpfiles, ssh config as the packages leave them
FakeHost used_by_people();       // account with another shell, open home, own keys and lines, no final newlines
FakeHost strict_about_logins();  // its sshd lets in nobody but root, and wants keys elsewhere
FakeHost with_host_keys();       // sshd reads files beside sshd_config; what keys::certificate is for
FakeHost bare_debian_for_lxc();  // with ids for somebody else's containers
FakeHost behind_nftables();      // whose input drops all but what goes on
FakeHost behind_firewalld();
FakeHost behind_ufw();
FakeHost enforcing_red_hat();   // SELinux, modular libvirt, a datastore on NFS
std::vector<World> machines();  // with all the steps

}  // namespace onenode
