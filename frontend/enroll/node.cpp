// A node as JSON. Documents outlive versions of this program: a field that is not there keeps its default.
#include "frontend/enroll/node.hpp"

#include "frontend/enroll/json.hpp"

#include <array>

namespace onefrontend {
namespace {

using one::Result;

constexpr std::array<std::string_view, 4> phases{"enrolled", "registering", "joined", "leaving"};

Json to_tree(const Intent& intent)
{
    return {{"host_name", intent.host_name}, {"host_id", intent.host_id}, {"deadline", intent.deadline}};
}

Json to_tree(const Proofs& proofs)
{
    return {{"login_nonce", proofs.login_nonce},
            {"tcp_nonce", proofs.tcp_nonce},
            {"beacon_ids", proofs.beacon_ids},
            {"sizes", proofs.sizes},
            {"monitor_address", proofs.monitor_address},
            {"ssh_client", proofs.ssh_client},
            {"login_ok", proofs.login_ok},
            {"monitoring_ok", proofs.monitoring_ok},
            {"rehearsal_ok", proofs.rehearsal_ok}};
}

Json to_tree(const Move& move)
{
    return {{"address", move.address}, {"addresses", move.addresses}, {"nonce", move.nonce}};
}

Json to_tree(const Frozen& frozen)
{
    return {{"at", frozen.at}, {"from", frozen.from}};
}

Json to_tree(const Rename& rename)
{
    return {{"name", rename.name},
            {"trouble", rename.trouble},
            {"asked_at", rename.asked_at},
            {"rejected", rename.rejected}};
}

void read(JsonFields& fields, Intent& intent)
{
    fields.optional("host_name", intent.host_name);
    fields.optional("host_id", intent.host_id);
    fields.optional("deadline", intent.deadline);
}

void read(JsonFields& fields, Proofs& proofs)
{
    fields.optional("login_nonce", proofs.login_nonce);
    fields.optional("tcp_nonce", proofs.tcp_nonce);
    fields.optional("beacon_ids", proofs.beacon_ids);
    fields.optional("sizes", proofs.sizes);
    fields.optional("monitor_address", proofs.monitor_address);
    fields.optional("ssh_client", proofs.ssh_client);
    fields.optional("login_ok", proofs.login_ok);
    fields.optional("monitoring_ok", proofs.monitoring_ok);
    fields.optional("rehearsal_ok", proofs.rehearsal_ok);
}

void read(JsonFields& fields, Move& move)
{
    fields.optional("address", move.address);
    fields.optional("addresses", move.addresses);
    fields.optional("nonce", move.nonce);
}

void read(JsonFields& fields, Frozen& frozen)
{
    fields.optional("at", frozen.at);
    fields.optional("from", frozen.from);
}

void read(JsonFields& fields, Rename& rename)
{
    fields.optional("name", rename.name);
    fields.optional("trouble", rename.trouble);
    fields.optional("asked_at", rename.asked_at);
    fields.optional("rejected", rename.rejected);
}

template <class Part>
void read_part(JsonFields& fields, const char* name, Part& part)
{
    const Json* tree = fields.object(name);
    if (!tree) return;
    JsonFields inner{*tree, name};
    read(inner, part);
    fields.take(inner);
}

Result<Phase> read_phase(const std::string& word)
{
    for (std::size_t i = 0; i < phases.size(); ++i)
        if (phases[i] == word) return static_cast<Phase>(i);
    return bad_json("phase", "\"" + word + "\" is none of ours");
}

/// Facts are read strictly elsewhere; here what an older version did not know yet gets its default.
Result<one::wire::Facts> read_facts(const Json& stored)
{
    Json whole = Json::parse(one::wire::to_json(one::wire::Facts{}));
    whole.update(stored);
    return one::wire::from_json<one::wire::Facts>(whole.dump());
}

}  // namespace

bool is_trusted(const Node& node)
{
    if (node.phase == Phase::leaving) return node.proofs.login_ok || node.host_id >= 0;
    return node.proofs.login_ok || node.phase != Phase::enrolled;
}

bool is_frozen(const Node& node)
{
    return node.frozen.at != 0;
}

bool waits_for_rename(const Node& node)
{
    return node.phase == Phase::joined && !node.rename.name.empty() && !node.rename.rejected;
}

std::string_view to_string(Phase phase)
{
    return phases[static_cast<std::size_t>(phase)];
}

std::string to_json(const Node& node)
{
    const Json tree{{"name", node.name},
                    {"name_confirmed", node.name_confirmed},
                    {"key", node.key},
                    {"pending_key", node.pending_key},
                    {"claimed_key", node.claimed_key},
                    {"generation", node.generation},
                    {"recoveries", node.recoveries},
                    {"key_since", node.key_since},
                    {"authority", node.authority},
                    {"frozen", to_tree(node.frozen)},
                    {"type", node.type},
                    {"cluster", node.cluster},
                    {"cluster_id", node.cluster_id},
                    {"address", node.address},
                    {"ssh_host_keys", node.ssh_host_keys},
                    {"ssh_host_certificates", node.ssh_host_certificates},
                    {"oneadmin_keys", node.oneadmin_keys},
                    {"facts", Json::parse(one::wire::to_json(node.facts))},
                    {"phase", to_string(node.phase)},
                    {"host_id", node.host_id},
                    {"token_id", node.token_id},
                    {"settled", node.settled},
                    {"enrolled_at", node.enrolled_at},
                    {"intent", to_tree(node.intent)},
                    {"proofs", to_tree(node.proofs)},
                    {"move", to_tree(node.move)},
                    {"rename", to_tree(node.rename)},
                    {"name_trouble", node.name_trouble}};
    return dump(tree);
}

static Result<Node> read_node(int document_id, std::string_view json)
{
    TRY_LET(const Json tree, parse_json(json));
    Node node;
    node.id = document_id;
    std::string phase{to_string(node.phase)};
    JsonFields fields{tree};
    fields.required("name", node.name);
    fields.optional("name_confirmed", node.name_confirmed);
    fields.required("key", node.key);
    fields.optional("pending_key", node.pending_key);
    fields.optional("claimed_key", node.claimed_key);
    fields.optional("generation", node.generation);
    fields.optional("recoveries", node.recoveries);
    fields.optional("key_since", node.key_since);
    fields.optional("authority", node.authority);
    read_part(fields, "frozen", node.frozen);
    fields.optional("type", node.type);
    fields.optional("cluster", node.cluster);
    fields.optional("cluster_id", node.cluster_id);
    fields.optional("address", node.address);
    fields.optional("ssh_host_keys", node.ssh_host_keys);
    fields.optional("ssh_host_certificates", node.ssh_host_certificates);
    fields.optional("oneadmin_keys", node.oneadmin_keys);
    fields.optional("phase", phase);
    fields.optional("host_id", node.host_id);
    fields.optional("token_id", node.token_id);
    fields.optional("settled", node.settled);
    fields.optional("enrolled_at", node.enrolled_at);
    read_part(fields, "intent", node.intent);
    read_part(fields, "proofs", node.proofs);
    read_part(fields, "move", node.move);
    read_part(fields, "rename", node.rename);
    fields.optional("name_trouble", node.name_trouble);
    if (const Json* facts = fields.object("facts")) {
        TRY_LET(node.facts, read_facts(*facts));
    }
    TRY(fields.outcome());
    TRY_LET(node.phase, read_phase(phase));
    return node;
}

Result<Node> node_from_json(int document_id, std::string_view json)
{
    return read_node(document_id, json).map_error(unreadable("node", document_id));
}

}  // namespace onefrontend
