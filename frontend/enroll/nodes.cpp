// Node documents.
#include "frontend/enroll/nodes.hpp"

#include "common/log.hpp"
#include "frontend/enroll/bans.hpp"
#include "frontend/enroll/oned_cloud.hpp"
#include "frontend/oned/document_types.hpp"

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

}  // namespace

Nodes::Nodes(oned::Client& oned) : own_(std::make_unique<OnedCloud>(oned)), cloud_(own_.get()) {}

Async<Result<Node>> Nodes::get(int id)
{
    const auto document = co_await cloud_->document(id);
    if (!document && document.error().kind == one::ErrorKind::not_found) co_return one::fail(no_node(id));
    if (!document) co_return one::fail(document.error());
    if (document->type != node_document) co_return one::fail(no_node(id));
    CO_TRY_LET(auto node, node_from_json(id, document->body));
    Bans bans{*cloud_};
    CO_TRY_LET(const auto all_bans, co_await bans.all());
    node.banned = refuses(all_bans, id);
    co_return node;
}

Async<Result<std::vector<Node>>> Nodes::all()
{
    CO_TRY_LET(const auto sight, co_await look());
    co_return sight->nodes.all();
}

Async<Result<std::shared_ptr<const Sight>>> Nodes::look()
{
    std::string question = "nodes";
    const auto find = [this](std::shared_ptr<const Sight> last) { return read(std::move(last)); };
    co_return co_await oned::ask_together<Sight>(cloud_->together(), std::move(question), find);
}

Async<Result<Sight>> Nodes::read(std::shared_ptr<const Sight> last)
{
    CO_TRY_LET(auto documents, co_await cloud_->documents(node_document));
    Sight sight;
    Bans bans{*cloud_};
    CO_TRY_LET(sight.bans, co_await bans.all());
    for (auto& document : documents) {
        const Node* known = last ? last->nodes.find(document) : nullptr;
        auto node = known ? Result<Node>{*known} : node_from_json(document.id, document.body);
        if (!node) {
            one::log::error("node document cannot be read",
                            {{"document", document.id}, {"reason", to_line(node.error())}});
            continue;
        }
        node->banned = refuses(sight.bans, node->id);
        sight.nodes.add(*std::move(node), std::move(document.body));
    }
    co_return sight;
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
    co_return co_await cloud_->delete_document(id);
}

Async<Result<>> Nodes::ban(int id, std::string by, std::int64_t now)
{
    Bans bans{*cloud_};
    co_return co_await bans.refuse(id, std::move(by), now);
}

}  // namespace onefrontend
