// Node documents, and beside them the bans.
#include "frontend/enroll/nodes.hpp"

#include "common/log.hpp"
#include "frontend/enroll/json.hpp"
#include "frontend/enroll/oned_cloud.hpp"
#include "frontend/oned/document_types.hpp"

#include <algorithm>
#include <chrono>

namespace onefrontend {
namespace {

constexpr std::chrono::seconds turn_limit{20};  // a turn is three calls of oned

one::Error no_node(int id)
{
    return {.kind = one::ErrorKind::not_found,
            .thing = "node " + std::to_string(id),
            .reason = "there is no such node; it may have been removed",
            .doing = "find"};
}

one::Error crowded(int id)
{
    return {.kind = one::ErrorKind::busy,
            .thing = "node " + std::to_string(id),
            .reason = "others have been changing it for " + std::to_string(turn_limit.count()) + " s",
            .next = "try again",
            .doing = "change"};
}

std::string document_name(const Node& node)
{
    return "onenode-node-" + node.name;
}

bool names(const std::vector<Ban>& bans, int node)
{
    return std::ranges::find(bans, node, &Ban::node) != bans.end();
}

}  // namespace

std::string to_json(const Ban& ban, std::string by, std::int64_t at)
{
    const Json tree{{"node", ban.node}, {"by", std::move(by)}, {"at", at}};
    return dump(tree);
}

static Result<Ban> read_ban(int document_id, std::string_view json)
{
    TRY_LET(const Json tree, parse_json(json));
    Ban ban;
    ban.id = document_id;
    JsonFields fields{tree};
    fields.required("node", ban.node);
    TRY(fields.outcome());
    return ban;
}

Result<Ban> ban_from_json(int document_id, std::string_view json)
{
    return read_ban(document_id, json).map_error(unreadable("ban", document_id));
}

Nodes::Nodes(oned::Client& oned) : own_(std::make_unique<OnedCloud>(oned)), cloud_(own_.get()) {}

Async<Result<Node>> Nodes::get(int id)
{
    const auto document = co_await cloud_->document(id);
    if (!document && document.error().kind == one::ErrorKind::not_found) co_return one::fail(no_node(id));
    if (!document) co_return one::fail(document.error());
    if (document->type != node_document) co_return one::fail(no_node(id));
    CO_TRY_LET(auto node, node_from_json(id, document->body));
    CO_TRY_LET(const auto all_bans, co_await bans());
    node.banned = names(all_bans, id);
    co_return node;
}

Async<Result<std::vector<Node>>> Nodes::all()
{
    CO_TRY_LET(const auto documents, co_await cloud_->documents(node_document));
    CO_TRY_LET(const auto all_bans, co_await bans());
    std::vector<Node> nodes;
    for (const auto& document : documents) {
        auto node = node_from_json(document.id, document.body);
        if (node) node->banned = names(all_bans, node->id);
        if (node)
            nodes.push_back(*std::move(node));
        else
            one::log::error("node document cannot be read",
                            {{"document", document.id}, {"reason", to_line(node.error())}});
    }
    co_return nodes;
}

Async<Result<int>> Nodes::add(Node node)
{
    co_return co_await cloud_->allocate_document(node_document, document_name(node), to_json(node));
}

Async<Result<Node>> Nodes::change(int id, Edit edit)
{
    oned::Turns::Turn turn{cloud_->turns(), id};
    if (!co_await turn.begin(turn_limit)) co_return one::fail(crowded(id));
    CO_TRY_LET(const Node before, co_await get(id));
    Node node = before;
    CO_TRY(edit(node));
    if (to_json(node) != to_json(before)) CO_TRY(co_await replace(node));
    co_return node;
}

Async<Result<>> Nodes::replace(Node node)
{
    co_return co_await cloud_->replace_document(node.id, document_name(node), to_json(node));
}

Async<Result<bool>> Nodes::remove(int id)
{
    CO_TRY_LET(const bool removed, co_await cloud_->delete_document(id));
    CO_TRY_LET(const auto all_bans, co_await bans());  // of a node without document they say nothing any more
    for (const Ban& ban : all_bans)
        if (ban.node == id) CO_TRY(co_await cloud_->delete_document(ban.id));
    co_return removed;
}

Async<Result<>> Nodes::ban(int id, std::string by, std::int64_t now)
{
    CO_TRY_LET(const auto present, co_await bans());
    if (names(present, id)) co_return Result<>{};
    Ban wanted;
    wanted.node = id;
    CO_TRY(co_await cloud_->allocate_document(ban_document, "onenode-ban-" + std::to_string(id),
                                              to_json(wanted, std::move(by), now)));
    co_return Result<>{};
}

Async<Result<std::vector<Ban>>> Nodes::bans()
{
    CO_TRY_LET(const auto documents, co_await cloud_->documents(ban_document));
    std::vector<Ban> bans;
    for (const auto& document : documents) {
        // One that cannot be read might be anybody's: to leave it out could let a refused node in.
        CO_TRY_LET(const auto ban, ban_from_json(document.id, document.body));
        bans.push_back(ban);
    }
    co_return bans;
}

}  // namespace onefrontend
