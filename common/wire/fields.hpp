// One function a message that names its fields; reader and writer both walk it, so a new field is one line here.
#pragma once

#include "common/wire/messages.hpp"

namespace one::wire {

template <class V>
void fields(V& v, Repository& m)
{
    v("apt", m.apt);
    v("dnf", m.dnf);
    v("suite", m.suite);
    v("component", m.component);
    v("key", m.key);
}

template <class V>
void fields(V& v, Hello& m)
{
    v("version", m.version);
    v("zone", m.zone);
    v("opennebula", m.opennebula);
    v("time_ms", m.time_ms);
    v("pins", m.pins);
    v.newer("repository", m.repository);
}

template <class V>
void fields(V& v, Facts& m)
{
    v("host_name", m.host_name);
    v("machine_id", m.machine_id);
    v("libvirt_uuid", m.libvirt_uuid);
    v("os", m.os);
    v("kernel", m.kernel);
    v("architecture", m.architecture);
    v("agent_version", m.agent_version);
    v("addresses", m.addresses);
    v("ssh_host_keys", m.ssh_host_keys);
    v("ssh_port", m.ssh_port);
    v("kvm_usable", m.kvm_usable);
    v.newer("iscsi_initiator", m.iscsi_initiator);
    v.newer("macs", m.macs);
}

template <class V>
void fields(V& v, Wishes& m)
{
    v("name", m.name);
    v("address", m.address);
    v("type", m.type);
    v("cluster", m.cluster);
}

template <class V>
void fields(V& v, PlanRequest& m)
{
    v("token", m.token);
    v("facts", m.facts);
    v("wishes", m.wishes);
}

template <class V>
void fields(V& v, NamedAddress& m)
{
    v("name", m.name);
    v("address", m.address);
}

template <class V>
void fields(V& v, DesiredState& m)
{
    v("version", m.version);
    v("node_name", m.node_name);
    v("type", m.type);
    v("opennebula", m.opennebula);
    v("zone", m.zone);
    v("oneadmin_keys", m.oneadmin_keys);
    v("frontend_known_hosts", m.frontend_known_hosts);
    v("peers", m.peers);
    v("datastore_location", m.datastore_location);
    v("monitor_address", m.monitor_address);
    v("monitor_port", m.monitor_port);
    v("frontend_addresses", m.frontend_addresses);
    v("frontend_names", m.frontend_names);
    v.newer("ssh_authorities", m.ssh_authorities);
    v.newer("peer_known_hosts", m.peer_known_hosts);
    v.newer("revoked_host_keys", m.revoked_host_keys);
    v.newer("ssh_host_certificates", m.ssh_host_certificates);
    v.newer("repository", m.repository);
    v.newer("neighbours", m.neighbours);
}

template <class V>
void fields(V& v, Neighbours& m)
{
    v("peers", m.peers);
    v("peer_known_hosts", m.peer_known_hosts);
}

template <class V>
void fields(V& v, Finding& m)
{
    v("id", m.id);
    v("severity", m.severity);
    v("message", m.message);
    v("fix", m.fix);
}

template <class V>
void fields(V& v, PlanAnswer& m)
{
    v("desired", m.desired);
    v("findings", m.findings);
}

template <class V>
void fields(V& v, AskRequest& m)
{
    v("secret_hash", m.secret_hash);
    v("facts", m.facts);
    v("wishes", m.wishes);
}

template <class V>
void fields(V& v, AskAnswer& m)
{
    v("state", m.state);
    v("code", m.code);
    v("token_id", m.token_id);
    v("ends_at", m.ends_at);
}

template <class V>
void fields(V& v, EnrollRequest& m)
{
    v("token", m.token);
    v("certificate_request", m.certificate_request);
    v("facts", m.facts);
    v("wishes", m.wishes);
}

template <class V>
void fields(V& v, EnrollAnswer& m)
{
    v("node_id", m.node_id);
    v("generation", m.generation);
    v("certificate_chain", m.certificate_chain);
    v("authorities", m.authorities);
    v("desired", m.desired);
    v("findings", m.findings);
}

template <class V>
void fields(V& v, RenewRequest& m)
{
    v("certificate_request", m.certificate_request);
}

template <class V>
void fields(V& v, RenewAnswer& m)
{
    v("generation", m.generation);
    v("certificate_chain", m.certificate_chain);
    v("authorities", m.authorities);
}

template <class V>
void fields(V& v, RecoveryChallenge& m)
{
    v("nonce", m.nonce);
}

template <class V>
void fields(V& v, RecoveryRequest& m)
{
    v("certificate_request", m.certificate_request);
    v("nonce", m.nonce);
    v("signature", m.signature);
}

template <class V>
void fields(V& v, LoginChallenge& m)
{
    v("nonce", m.nonce);
    v("path", m.path);
}

template <class V>
void fields(V& v, MonitoringChallenge& m)
{
    v("address", m.address);
    v("port", m.port);
    v("datagrams", m.datagrams);
    v("line", m.line);
}

template <class V>
void fields(V& v, MonitoringSent& m)
{
    v("resolved", m.resolved);
    v("findings", m.findings);
}

template <class V>
void fields(V& v, ProofReport& m)
{
    v("findings", m.findings);
    v("ssh_client", m.ssh_client);
    v("took_ms", m.took_ms);
}

template <class V>
void fields(V& v, HostReport& m)
{
    v("host_id", m.host_id);
    v("name", m.name);
    v("state", m.state);
    v("reason", m.reason);
    v("phase", m.phase);
    v("running_vms", m.running_vms);
}

template <class V>
void fields(V& v, MovedRequest& m)
{
    v("host_name", m.host_name);
    v("addresses", m.addresses);
    v.newer("libvirt_uuid", m.libvirt_uuid);
    v.newer("iscsi_initiator", m.iscsi_initiator);
    v.newer("macs", m.macs);
}

template <class V>
void fields(V& v, MovedAnswer& m)
{
    v("address", m.address);
    v("challenge", m.challenge);
    v("rename", m.rename);
    v("findings", m.findings);
}

template <class V>
void fields(V& v, LeaveRequest& m)
{
    v("abandon_vms", m.abandon_vms);
}

template <class V>
void fields(V& v, ApiError& m)
{
    v("kind", m.kind);
    v("thing", m.thing);
    v("reason", m.reason);
    v("next", m.next);
}

}  // namespace one::wire
