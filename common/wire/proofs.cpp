// In the order in which a join meets them.
#include "common/wire/proofs.hpp"

#include <array>

namespace one::wire {

std::span<const Proof> proofs()
{
    static constexpr std::array list{
        // the enrollment's own
        Proof{"name-replaced", "F32"},
        Proof{"address-translated", ""},
        Proof{"host-name", "F36"},
        Proof{"rename", ""},
        Proof{"libvirt-host-uuid", "F72"},
        Proof{"iscsi-multipath-initiator", "F125"},
        Proof{"machine-id-cloned", "F143"},
        Proof{"host-key-cloned", "F27, F143"},
        Proof{"mac-cloned", "F143"},
        // front-end -> node
        Proof{"host-name-unknown", "F36, F161"},
        Proof{"host-name-elsewhere", "F36, F39"},
        Proof{"ssh-login", "F05, F07, F11, F12, F14, F15, F16, F17, F18, F24"},
        Proof{"ssh-host-key", "F26"},
        Proof{"ssh-name", "F12, F19, F26"},
        Proof{"ssh-unknown-key-accepted", ""},
        Proof{"ssh-slow-login", "F30"},
        Proof{"ssh-agent-forwarding", "F20"},
        Proof{"shell-noise", "F25"},
        Proof{"sudo-refused", "F42, F43, F44, F45, F46"},
        Proof{"command-<name>", "F77, F79, F81"},
        Proof{"oneadmin-umask", "F09"},
        Proof{"clock", "F40"},
        // node -> front-end
        Proof{"monitor-address", "F85"},
        Proof{"port-<port>-udp", "F38, F85, F86, F90, F155, F156, F158"},
        Proof{"port-<port>-tcp", "F87, F155, F156"},
        Proof{"udp-fragments", "F88"},
        // the rehearsal
        Proof{"host-sync", "F81, F98, F100"},
        Proof{"probes", "F96"},
        Proof{"probe-<file>", "F57, F77, F78, F79, F83, F117"},
        // between two nodes, on request
        Proof{"peer-login", "F21"},
        Proof{"peer-migration-ports", "F75"},
        Proof{"peer-machine-types", "F74"},
        Proof{"peer-cpu", "F74"},
    };
    return list;
}

std::span<const Refusal> refusals()
{
    static constexpr std::array list{
        Refusal{"a name that another host has", "F32", "of OpenNebula has it"},
        Refusal{"a machine that is a node already", "F33", "it is node {} already"},
        Refusal{"a cluster that is not there", "F165", "OpenNebula has no such cluster"},
        Refusal{"oned does not know the service's password", "F165", "holds the password oned knows"},
        Refusal{"the service's account has too few rights", "F165", "must be in OpenNebula's group oneadmin"},
    };
    return list;
}

}  // namespace one::wire
