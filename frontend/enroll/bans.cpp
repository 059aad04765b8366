// Bans as documents, and how a machine is recognised.
#include "frontend/enroll/bans.hpp"

#include "common/ssh/public_key.hpp"
#include "frontend/enroll/json.hpp"
#include "frontend/oned/document_types.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend {
namespace {

constexpr std::int64_t until_all_replicas_know = 60;

Result<Ban> read_ban(int document_id, std::string_view json)
{
    TRY_LET(const Json tree, parse_json(json));
    Ban ban;
    ban.id = document_id;
    JsonFields fields{tree};
    fields.required("node", ban.node);
    fields.optional("by", ban.by);
    fields.optional("at", ban.at);
    fields.optional("for_good", ban.for_good);
    fields.optional("name", ban.name);
    fields.optional("keys", ban.keys);
    fields.optional("ssh_host_keys", ban.ssh_host_keys);
    fields.optional("machine_id", ban.machine_id);
    TRY(fields.outcome());
    return ban;
}

bool is_among(const std::vector<std::string>& lines, const std::string& line)
{
    const auto wanted = one::ssh::parse_public_key(line);
    if (!wanted) return false;
    return std::ranges::any_of(lines, [&](const std::string& other) {
        const auto key = one::ssh::parse_public_key(other);
        return key && same_key(*key, *wanted);
    });
}

/// In words; empty where it is another machine.
std::string recognised_by(const Ban& ban, const std::string& key, const one::wire::Facts& facts)
{
    if (!key.empty() && std::ranges::find(ban.keys, key) != ban.keys.end()) return "its key";
    const auto known = [&ban](const std::string& line) { return is_among(ban.ssh_host_keys, line); };
    if (std::ranges::any_of(facts.ssh_host_keys, known)) return "its SSH host key";
    if (!ban.machine_id.empty() && ban.machine_id == facts.machine_id) return "its /etc/machine-id";
    return {};
}

}  // namespace

std::string to_json(const Ban& ban)
{
    Json tree{{"node", ban.node}, {"by", ban.by}, {"at", ban.at}};
    if (ban.for_good) {
        tree["for_good"] = true;
        tree["name"] = ban.name;
        tree["keys"] = ban.keys;
        tree["ssh_host_keys"] = ban.ssh_host_keys;
        tree["machine_id"] = ban.machine_id;
    }
    return dump(tree);
}

Result<Ban> ban_from_json(int document_id, std::string_view json)
{
    return read_ban(document_id, json).map_error(unreadable("ban", document_id));
}

bool refuses(const std::vector<Ban>& bans, int node)
{
    return std::ranges::find(bans, node, &Ban::node) != bans.end();
}

Result<> must_not_be_banned(const std::vector<Ban>& bans, const std::string& key, const one::wire::Facts& facts)
{
    for (const Ban& ban : bans) {
        const auto sign = ban.for_good ? recognised_by(ban, key, facts) : std::string{};
        if (sign.empty()) continue;
        return one::fail(
            {.kind = one::ErrorKind::denied,
             .thing = "this machine",
             .reason = fmt::format("it was banned on the front-end as node {} ({}), and is recognised by {}", ban.node,
                                   ban.name, sign),
             .next = fmt::format("where it may come back: on the front-end `onefrontend node remove {}`; where it is a "
                                 "copy of that machine, give it an identity of its own",
                                 ban.node),
             .doing = "enroll"});
    }
    return {};
}

Async<Result<std::vector<Ban>>> Bans::all()
{
    std::string question = "bans";
    const auto find = [this](const std::shared_ptr<const std::vector<Ban>>&) { return read(); };
    CO_TRY_LET(const auto found,
               co_await oned::ask_together<std::vector<Ban>>(cloud_->together(), std::move(question), find));
    co_return *found;
}

Async<Result<std::vector<Ban>>> Bans::read()
{
    CO_TRY_LET(const auto documents, co_await cloud_->documents(ban_document));
    std::vector<Ban> bans;
    for (const auto& document : documents) {
        // One that cannot be read might be anybody's: to leave it out could let a refused node in.
        CO_TRY_LET(auto ban, ban_from_json(document.id, document.body));
        bans.push_back(std::move(ban));
    }
    co_return bans;
}

Async<Result<>> Bans::refuse(int node, std::string by, std::int64_t now)
{
    CO_TRY_LET(const auto present, co_await all());
    if (refuses(present, node)) co_return Result<>{};
    Ban wanted;
    wanted.node = node;
    wanted.by = std::move(by);
    wanted.at = now;
    CO_TRY(co_await cloud_->allocate_document(ban_document, "onenode-ban-" + std::to_string(node), to_json(wanted)));
    co_return Result<>{};
}

Async<Result<>> Bans::ban(Node node, std::string by, std::int64_t now)
{
    CO_TRY_LET(const auto present, co_await all());
    const auto is_it = [&node](const Ban& ban) { return ban.node == node.id && ban.for_good; };
    if (std::ranges::any_of(present, is_it)) co_return Result<>{};
    Ban wanted;
    wanted.node = node.id;
    wanted.by = std::move(by);
    wanted.at = now;
    wanted.for_good = true;
    wanted.name = node.name;
    for (const auto& key : {node.key, node.pending_key, node.claimed_key})
        if (!key.empty() && std::ranges::find(wanted.keys, key) == wanted.keys.end()) wanted.keys.push_back(key);
    wanted.ssh_host_keys = node.ssh_host_keys;
    wanted.machine_id = node.facts.machine_id;
    CO_TRY(co_await cloud_->allocate_document(ban_document, "onenode-ban-" + std::to_string(node.id), to_json(wanted)));
    co_return Result<>{};
}

Async<Result<bool>> Bans::lift(int node)
{
    CO_TRY_LET(const auto present, co_await all());
    bool lifted = false;
    for (const Ban& ban : present) {
        if (ban.node != node || !ban.for_good) continue;
        CO_TRY(co_await cloud_->delete_document(ban.id));
        lifted = true;
    }
    co_return lifted;
}

Async<Result<>> Bans::forget_old(std::set<int> nodes, std::int64_t now)
{
    CO_TRY_LET(const auto present, co_await all());
    for (const Ban& ban : present) {
        const bool is_needed = ban.for_good || nodes.contains(ban.node) || now - ban.at < until_all_replicas_know;
        if (!is_needed) CO_TRY(co_await cloud_->delete_document(ban.id));
    }
    co_return Result<>{};
}

}  // namespace onefrontend
