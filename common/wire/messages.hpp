// What node and enrollment service say to each other. Plain structs; the JSON reading and writing is in messages.cpp.
// Reading is strict about what is there: a wrong type or a missing field is named, an unknown field is tolerated. What a
// later version added may be missing where the other end is older: then it keeps its default (`newer` in fields.hpp).
//
//   route (POST unless said)      who                 request         answer
//   GET /v1/hello                 anybody             -               Hello
//   /v1/plan                      token               PlanRequest     PlanAnswer           nothing is spent or stored
//   /v1/ask                       anybody             AskRequest      AskAnswer            may a machine without token?
//   /v1/enroll                    token               EnrollRequest   EnrollAnswer
//   GET /v1/desired?wait=SECONDS  node certificate    If-None-Match   DesiredState         ETag is its version; 304
//   GET /v1/neighbours            node certificate    If-None-Match   Neighbours           ETag is their digest; 304
//   /v1/renew                     node certificate    RenewRequest    RenewAnswer
//   /v1/recover                   one that has ended  -               RecoveryChallenge    at most 90 days ago
//   /v1/recover/signed            one that has ended  RecoveryRequest RenewAnswer          the challenge is answered
//   /v1/prove/login               node certificate    -               LoginChallenge       node writes the nonce file
//   /v1/prove/login/verdict       node certificate    -               ProofReport
//   /v1/prove/monitoring          node certificate    -               MonitoringChallenge  node sends
//   /v1/prove/monitoring/verdict  node certificate    MonitoringSent  ProofReport
//   /v1/rehearse                  node certificate    -               ProofReport          rsync and every probe
//   /v1/register                  node certificate    -               HostReport           intent, then the host
//   GET /v1/host?wait=SECONDS     node certificate    -               HostReport           early when the state changes
//   /v1/joined                    node certificate    -               HostReport           else the sweep takes the host
//   /v1/moved                     node certificate    MovedRequest    MovedAnswer          where it is, how it is called
//   /v1/moved/verdict             node certificate    -               MovedAnswer          stored once the login is proven
//   /v1/abandon                   node certificate    -               HostReport           unfinished: the host goes
//   /v1/leave                     node certificate    LeaveRequest    HostReport           host deleted; node stays
//   /v1/left                      node certificate    -               {}                   node and certificate forgotten
//
// Errors: a status of 4xx/5xx with an ApiError body.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace one::wire {

struct Repository {           // of OpenNebula's packages; without addresses there is none
    std::string apt{};        // "https://downloads.opennebula.io/repo/7.4/{distribution}/{version}"
    std::string dnf{};        // the same for the other family, with dnf's own $basearch
    std::string suite{};      // apt's: "stable"; with '/' at its end there are no components
    std::string component{};  // "opennebula"; several with blanks between
    std::string key{};        // armored: who signs it
    bool operator==(const Repository&) const = default;
};

struct Hello {
    std::string version{};            // of the enrollment service
    std::string zone{};               // OpenNebula's zone name
    std::string opennebula{};         // "7.4.0"; empty until oned answered once
    std::int64_t time_ms = 0;         // the front-end's clock
    std::vector<std::string> pins{};  // of its CAs
    Repository repository{};
};

struct Facts {                // what a node tells about itself
    std::string host_name{};  // uname -n
    std::string machine_id{};
    std::string libvirt_uuid{};  // libvirt's word; the board's where libvirt does not answer
    std::string os{};            // "debian 12"
    std::string kernel{};
    std::string architecture{};  // x86_64
    std::string agent_version{};
    std::vector<std::string> addresses{};      // global addresses of its interfaces
    std::vector<std::string> ssh_host_keys{};  // public key lines
    int ssh_port = 22;
    bool kvm_usable = false;
    std::string iscsi_initiator{};    // as a SAN knows it; empty: none
    std::vector<std::string> macs{};  // of its physical interfaces
};

struct Wishes {             // what the person asked for
    std::string name{};     // empty: propose
    std::string address{};  // empty: the source address of the connection
    std::string type{};     // kvm, qemu, lxc
    std::string cluster{};  // name or id; empty: default
};

struct PlanRequest {
    Secret token{};  // the whole token line
    Facts facts{};
    Wishes wishes{};
};

struct NamedAddress {
    std::string name{};
    std::string address{};
    bool operator==(const NamedAddress&) const = default;
};

struct DesiredState {
    std::string version{};     // hash of all the rest; the ETag
    std::string node_name{};   // the host NAME in OpenNebula
    std::string type{};        // kvm, qemu, lxc
    std::string opennebula{};  // version, "7.4.0"
    std::string zone{};
    std::vector<std::string> oneadmin_keys{};         // public key lines for authorized_keys
    std::vector<std::string> frontend_known_hosts{};  // whole known_hosts lines of every front-end replica
    std::vector<NamedAddress> peers{};                // names the node may need in /etc/hosts
    std::string datastore_location = "/var/lib/one/datastores";
    std::string monitor_address{};  // of monitord.conf: "auto", a name or an address
    int monitor_port = 4124;
    std::vector<std::string> frontend_addresses{};  // where SSH comes from and the enrollment service listens
    std::vector<std::string> frontend_names{};
    std::vector<std::string> ssh_authorities{};        // public key lines: who vouches for host keys of nodes
    std::vector<std::string> peer_known_hosts{};       // known_hosts lines of every node that joined, also this one
    std::vector<std::string> revoked_host_keys{};      // public key lines
    std::vector<std::string> ssh_host_certificates{};  // of this node's own host keys, as sshd shows them
    Repository repository{};                           // for a person who installs packages; no step adds it
    std::string neighbours{};  // their digest; who asked for them apart finds the two lists empty

    bool operator==(const DesiredState&) const = default;
};

/// The same for all nodes, large where there are many, and not urgent. Their digest is the hex SHA-256 of their JSON.
struct Neighbours {
    std::vector<NamedAddress> peers{};  // also the one that asks
    std::vector<std::string> peer_known_hosts{};
    bool operator==(const Neighbours&) const = default;
};

struct Finding {  // of a check or a proof; severity "ok", "warning", "error" or "not-checked"
    std::string id{};
    std::string severity{};
    std::string message{};
    std::string fix{};
    bool operator==(const Finding&) const = default;
};

struct PlanAnswer {
    DesiredState desired{};
    std::vector<Finding> findings{};  // what the front-end can already tell: name taken, name does not resolve...
};

struct AskRequest {             // of a machine without a token: an admin shall say yes
    std::string secret_hash{};  // of a secret that stays on the machine; a yes makes it a token's
    Facts facts{};
    Wishes wishes{};
};

struct AskAnswer {
    std::string state{};       // waiting, approved, rejected
    std::string code{};        // by which the admin names this machine
    int token_id = -1;         // once approved
    std::int64_t ends_at = 0;  // epoch seconds: when the front-end stops waiting
};

struct EnrollRequest {
    Secret token{};
    std::string certificate_request{};  // PEM; only its key counts
    Facts facts{};
    Wishes wishes{};
};

struct EnrollAnswer {
    int node_id = 0;  // of the node's document
    int generation = 0;
    std::string certificate_chain{};  // PEM, leaf first
    std::string authorities{};        // PEM: the CAs to trust from now on
    DesiredState desired{};
    std::vector<Finding> findings{};
};

struct RenewRequest {
    std::string certificate_request{};
};

struct RenewAnswer {
    int generation = 0;
    std::string certificate_chain{};
    std::string authorities{};
};

struct RecoveryChallenge {
    std::string nonce{};
};

struct RecoveryRequest {  // of a node whose certificate has ended
    std::string certificate_request{};
    std::string nonce{};
    std::string signature{};  // base64 of the DER: by the key of that certificate, of text_to_sign()
};

/// What a node signs to come back: the challenge, and the key that it wants a certificate for.
std::string text_to_sign(const RecoveryRequest& request);

struct LoginChallenge {
    std::string nonce{};
    std::string path{};  // the file under /run/onenode that root writes, group oneadmin, 0640
};

struct MonitoringChallenge {
    std::string address{};  // what the monitoring client would be told: "auto" was resolved to SSH_CLIENT
    int port = 4124;
    std::vector<std::string> datagrams{};  // base64 of the exact bytes to send over UDP, one each
    std::string line{};                    // sent over TCP, then close at once
};

struct MonitoringSent {
    std::string resolved{};           // the first answer of getaddrinfo for `address`
    std::vector<Finding> findings{};  // what already failed at the sender: EMSGSIZE, ECONNREFUSED, ...
};

struct ProofReport {
    std::vector<Finding> findings{};  // one per thing proven, also the good ones
    std::string ssh_client{};         // first word of the session's SSH_CLIENT
    std::int64_t took_ms = 0;
};

struct HostReport {
    int host_id = -1;  // -1: no host
    std::string name{};
    std::string state{};   // init, on, err, dsbl, off
    std::string reason{};  // for err: from monitor.log, since oned's own message is blank
    std::string phase{};   // of the node's document: enrolled, registering, joined, leaving
    int running_vms = 0;
};

struct MovedRequest {         // of a joined node: at its agent's start, and when one of them changed
    std::string host_name{};  // uname -n
    std::vector<std::string> addresses{};
    std::string libvirt_uuid{};  // this and the next ones as in Facts; empty: what is known of them stays
    std::string iscsi_initiator{};
    std::vector<std::string> macs{};
};

struct MovedAnswer {
    std::string address{};            // where the front-end logs in to, as it is stored now
    LoginChallenge challenge{};       // for the login to another one; an empty nonce: there is nothing to prove
    std::string rename{};             // the host NAME that waits for an admin's yes; empty: none
    std::vector<Finding> findings{};  // what is wrong with address and name
};

struct LeaveRequest {
    bool abandon_vms = false;  // the person accepted the risk by name
};

struct ApiError {
    std::string kind{};  // to_string(ErrorKind)
    std::string thing{};
    std::string reason{};
    std::string next{};
};

/// JSON text of any of the above. Secrets are revealed here and nowhere else.
template <class Message>
std::string to_json(const Message& message);

/// The error names the field: "facts.ssh_port: a number was expected".
template <class Message>
Result<Message> from_json(std::string_view json);

/// Hex SHA-256 of the JSON with `version` empty: what `version` has to be.
std::string version_of(DesiredState desired);

}  // namespace one::wire
