// onefrontend keys status
#include "frontend/cli/keys.hpp"

#include "common/ssh/public_key.hpp"
#include "common/text/words.hpp"
#include "frontend/enroll/key_ring.hpp"
#include "frontend/enroll/nodes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::cli {
namespace {

struct Key {
    std::string fingerprint{};
    std::string type{};
    std::string comment{};
    std::int64_t since = 0;
    std::int64_t ends_at = 0;  // 0: in use
    Holders holders{};
};

Key read_key(const KnownKey& known, std::chrono::seconds life)
{
    Key key;
    key.since = known.since;
    key.ends_at = known.gone_at == 0 ? 0 : known.gone_at + life.count();
    const auto line = one::ssh::parse_public_key(known.line);
    if (!line) return key;  // edited by hand
    key.fingerprint = one::ssh::fingerprint(*line);
    key.type = line->type;
    key.comment = line->comment;
    return key;
}

std::string state_of(const Key& key, std::int64_t now)
{
    if (key.ends_at == 0) return "in use";
    return key.ends_at <= now ? "goes now" : "goes " + when(key.ends_at);
}

Json to_object(const Key& key)
{
    return {{"fingerprint", key.fingerprint},   {"type", key.type},
            {"comment", key.comment},           {"since", key.since},
            {"ends_at", key.ends_at},           {"nodes", key.holders.have},
            {"nodes_without", key.holders.lack}};
}

constexpr std::size_t most_names = 5;

}  // namespace

Holders holders_of(const std::string& fingerprint, const std::vector<Node>& nodes)
{
    Holders holders;
    for (const Node& node : nodes) {
        if (node.phase != Phase::joined || node.banned) continue;
        const bool has = std::ranges::find(node.oneadmin_keys, fingerprint) != node.oneadmin_keys.end();
        (has ? holders.have : holders.lack).push_back(node.name);
    }
    return holders;
}

std::string few(const std::vector<std::string>& names)
{
    if (names.empty()) return "-";
    const std::vector<std::string> first(names.begin(),
                                         names.begin() + std::ptrdiff_t(std::min(most_names, names.size())));
    const auto rest = names.size() - first.size();
    return one::join(first, ", ") + (rest == 0 ? "" : fmt::format(" and {} more", rest));
}

Async<Result<Exit>> keys_status(Admin& admin)
{
    CO_TRY_LET(const auto ring, co_await find_key_ring(*admin.cloud));
    Nodes node_list{*admin.cloud};
    CO_TRY_LET(const auto nodes, co_await node_list.all());
    std::vector<std::vector<std::string>> rows;
    std::vector<Json> objects;
    for (const KnownKey& known : ring.keys) {
        Key key = read_key(known, admin.config->old_key_life);
        key.holders = holders_of(key.fingerprint, nodes);
        const auto& [have, lack] = key.holders;
        rows.push_back({key.fingerprint, key.type, key.comment, state_of(key, admin.now),
                        fmt::format("{} of {}", have.size(), have.size() + lack.size()), few(lack)});
        objects.push_back(to_object(key));
    }
    admin.out->table({"KEY", "TYPE", "COMMENT", "STATE", "NODES", "NOT ON"}, rows, "key", objects);
    co_return Exit::ok;
}

}  // namespace onefrontend::cli
