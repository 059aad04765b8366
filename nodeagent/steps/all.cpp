// The steps in the order of application. A new one is a new file, its line in steps.hpp and a line here.
#include "nodeagent/steps/steps.hpp"

#include <array>

namespace onenode::steps {

std::span<const Step* const> all()
{
    static constexpr std::array list{
        &account,  // everything below belongs to oneadmin
        &directories,
        &names,
        &ssh_out,
        &sudo,
        &libvirt_access,
        &libvirt_polkit,
        &libvirt_sockets,
        &guests,
        &selinux,  // the datastores are there
        &containers,
        &firewall,
        &sshd,
        &host_certificate,
        &ssh_in,  // last: the front-end can come in once all the rest is in place
    };
    return list;
}

}  // namespace onenode::steps
