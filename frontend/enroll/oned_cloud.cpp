// Documents of our own user only, and those of an admin's verb handed over to it.
#include "frontend/enroll/oned_cloud.hpp"

#include "frontend/oned/document_types.hpp"

#include <pugixml.hpp>

namespace onefrontend {
namespace {

using one::ErrorKind;

one::Error no_document(int id)
{
    return {.kind = ErrorKind::not_found,
            .thing = "document " + std::to_string(id),
            .reason = "there is none of the enrollment service's with this id",
            .doing = "read"};
}

}  // namespace

Async<Result<>> OnedCloud::learn_own_name()
{
    if (owners_ == Owners::the_service || !own_name_.empty()) co_return Result<>{};
    CO_TRY_LET(own_name_, co_await oned_->own_name());
    co_return Result<>{};
}

bool OnedCloud::counts(const oned::Document& document) const
{
    return owners_ == Owners::ourselves ? document.owner_name == own_name_ : document.owner == service_user_;
}

// oned lets only those who may MANAGE the service's user give it a document, so its ownership says that an
// administrator wrote this. Without the hand-over the document would count for nothing.
Async<Result<>> OnedCloud::hand_over(int id)
{
    CO_TRY_LET(const auto document, co_await oned_->document(id));
    if (document.owner == service_user_) co_return Result<>{};
    one::xmlrpc::Array parameters{id, service_user_, -1};
    const auto handed = co_await oned_->call("one.document.chown", std::move(parameters), true);
    if (handed) co_return Result<>{};
    (void)co_await oned_->delete_document(id);  // nobody could use it; the error below is what matters
    one::Error refused = handed.error();
    refused.next = "ask an administrator of OpenNebula: this needs MANAGE on the enrollment service's user";
    co_return one::fail(std::move(refused));
}

Async<Result<int>> OnedCloud::allocate_document(int type, std::string name, std::string body)
{
    CO_TRY_LET(const int id, co_await oned_->allocate_document(type, std::move(name), std::move(body)));
    if (owners_ == Owners::the_service) CO_TRY(co_await hand_over(id));
    co_return id;
}

Async<Result<oned::Document>> OnedCloud::document(int id)
{
    CO_TRY(co_await learn_own_name());
    CO_TRY_LET(auto document, co_await oned_->document(id));
    if (!counts(document)) co_return one::fail(no_document(id));
    co_return document;
}

Async<Result<>> OnedCloud::replace_document(int id, std::string name, std::string body)
{
    co_return co_await oned_->replace_document(id, std::move(name), std::move(body));
}

Async<Result<bool>> OnedCloud::delete_document(int id)
{
    co_return co_await oned_->delete_document(id);
}

Async<Result<std::vector<oned::Document>>> OnedCloud::documents(int type, int after)
{
    CO_TRY(co_await learn_own_name());
    CO_TRY_LET(auto all, co_await oned_->documents(type, after));
    std::erase_if(all, [this](const oned::Document& document) { return !counts(document); });
    co_return all;
}

Async<Result<std::vector<oned::Host>>> OnedCloud::hosts()
{
    co_return co_await oned_->hosts();
}
Async<Result<>> OnedCloud::rename_host(int id, std::string name)
{
    co_return co_await oned_->rename_host(id, std::move(name));
}
Async<Result<>> OnedCloud::delete_host(int id)
{
    co_return co_await oned_->delete_host(id);
}
Async<Result<std::vector<oned::Cluster>>> OnedCloud::clusters()
{
    co_return co_await oned_->clusters();
}
Async<Result<std::string>> OnedCloud::version()
{
    co_return co_await oned_->version();
}
Async<Result<oned::RaftState>> OnedCloud::raft_state()
{
    co_return co_await oned_->raft_state();
}

Async<Result<std::string>> OnedCloud::zone_name()
{
    one::xmlrpc::Array parameters{0, false};
    CO_TRY_LET(const auto answer, co_await oned_->call("one.zone.info", std::move(parameters), true));
    const auto* xml = std::get_if<std::string>(&answer.data);
    pugi::xml_document tree;
    if (!xml || !tree.load_buffer(xml->data(), xml->size()))
        co_return one::fail({.thing = "one.zone.info", .reason = "the answer is no XML", .doing = "read"});
    co_return std::string{tree.child("ZONE").child("NAME").text().as_string()};
}

}  // namespace onefrontend
