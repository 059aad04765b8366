// A node as its document holds it. The host's ONENODE attribute only points here and is never an authority.
#pragma once

#include "common/wire/messages.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace onefrontend {

enum class Phase { enrolled, registering, joined, leaving };

struct Intent {  // written before one.host.allocate, so that nothing we made can be forgotten
    std::string host_name{};
    int host_id = -1;           // once known
    std::int64_t deadline = 0;  // epoch seconds: when the sweep may remove the host
    bool operator==(const Intent&) const = default;
};

struct Proofs {  // what the proofs of this node still have to find again, on any replica
    std::string login_nonce{};
    std::string tcp_nonce{};
    std::vector<std::int64_t> beacon_ids{};  // random ids no host has, in the order of the datagrams' sizes
    std::vector<int> sizes{};
    std::string monitor_address{};  // as resolved from SSH_CLIENT where it is "auto"
    std::string ssh_client{};
    bool login_ok = false;
    bool monitoring_ok = false;
    bool rehearsal_ok = false;
    bool operator==(const Proofs&) const = default;
};

struct Move {  // to an address that the node reported and that is not proven: nobody uses it yet
    std::string address{};
    std::vector<std::string> addresses{};
    std::string nonce{};
    bool operator==(const Move&) const = default;
};

struct Rename {  // of the host, which waits for an admin
    std::string name{};
    std::string trouble{};  // why it cannot be made; empty: the name is free, and leads to the node here
    std::int64_t asked_at = 0;
    bool rejected = false;  // kept, so that the same name does not wait again
    bool operator==(const Rename&) const = default;
};

struct
    Frozen {  // a certificate of it that was replaced since is in use: there are two machines, or one went back in time
    std::int64_t at = 0;
    std::string from{};  // where the older one was shown
    bool operator==(const Frozen&) const = default;
};

struct Node {
    int id = -1;                 // of the document
    std::string name{};          // the host NAME
    bool name_confirmed = true;  // our resolver knew it as the address that the node came from
    std::string key{};           // fingerprint of the current key (hex SHA-256 of SubjectPublicKeyInfo)
    std::string pending_key{};   // of a renewal; becomes `key` when it is first used
    std::string claimed_key{};   // the key that the token's use was claimed with; renewals change `key` only
    int generation = 0;
    int recoveries = 0;          // how often it came back with a certificate that had ended
    std::int64_t key_since = 0;  // first use of `key` after a renewal
    std::string authority{};     // pin of the newest CA whose certificate it showed; told only while there are several
    Frozen frozen{};
    std::string type{};
    std::string cluster{};
    int cluster_id = -1;
    std::string address{};  // where SSH goes to
    std::vector<std::string> ssh_host_keys{};
    std::vector<std::string> ssh_host_certificates{};  // of those keys, as the signer made them
    one::wire::Facts facts{};
    std::vector<std::string> oneadmin_keys{};  // fingerprints of oneadmin's keys that it lets in
    Phase phase = Phase::enrolled;
    int host_id = -1;  // once joined
    int token_id = -1;
    bool settled = false;  // its agent was here after the join: from then on the spent token is of no use to it either
    bool banned = false;   // not of its JSON: a ban is a document of its own, which no write of this one can lose
    std::int64_t enrolled_at = 0;
    Intent intent{};
    Proofs proofs{};
    Move move{};
    Rename rename{};
    std::string name_trouble{};  // why OpenNebula does not find the node by its NAME any more
};

/// Its login was proven once, so our SSH may know it under its name. Before, anybody with a token may have said so.
bool is_trusted(const Node& node);

/// Nobody may use its certificate, neither the newest nor an older one.
bool is_frozen(const Node& node);

/// A rename is asked for, and nobody said no.
bool waits_for_rename(const Node& node);

std::string_view to_string(Phase phase);
std::string to_json(const Node& node);
one::Result<Node> node_from_json(int document_id, std::string_view json);

}  // namespace onefrontend
