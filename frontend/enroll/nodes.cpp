#include "frontend/enroll/nodes.hpp"

#include "common/log.hpp"
#include "frontend/enroll/oned_cloud.hpp"
#include "frontend/oned/document_types.hpp"

namespace onefrontend {
namespace {

one::Error no_node(int id)
{
    return {.kind = one::ErrorKind::not_found,
            .thing = "node " + std::to_string(id),
            .reason = "there is no such node; it may have been removed",
            .doing = "find"};
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
    co_return node_from_json(id, document->body);
}

Async<Result<std::vector<Node>>> Nodes::all()
{
    CO_TRY_LET(const auto documents, co_await cloud_->documents(node_document));
    std::vector<Node> nodes;
    for (const auto& document : documents) {
        auto node = node_from_json(document.id, document.body);
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

Async<Result<>> Nodes::replace(Node node)
{
    co_return co_await cloud_->replace_document(node.id, document_name(node), to_json(node));
}

Async<Result<bool>> Nodes::remove(int id)
{
    co_return co_await cloud_->delete_document(id);
}

}  // namespace onefrontend
