// The calls we make, one function each: parameters as OpenNebula wants them, answers as our values.
#include "frontend/oned/client.hpp"
#include "frontend/oned/objects.hpp"

#include <algorithm>

namespace onefrontend::oned {
namespace {

using one::ErrorKind;
using one::xmlrpc::Array;
using one::xmlrpc::Value;

constexpr bool repeatable = true;
constexpr bool once_only = false;
constexpr int merge = 1;  // of *.update
constexpr int replace = 0;
constexpr int all_users = -2;
constexpr int to_the_end = -1;

template <class Held>
Result<Held> as(const char* method, Result<Value> value)
{
    if (!value) return one::fail(std::move(value).error());
    if (auto* held = std::get_if<Held>(&value->data)) return std::move(*held);
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = std::string{"the answer to "} + method,
                      .reason = "its value has another type than oned's",
                      .doing = "read"});
}

Async<Result<std::string>> ask_text(Client& client, const char* method, Array parameters)
{
    std::string name = method;
    auto value = co_await client.call(std::move(name), std::move(parameters), repeatable);
    co_return as<std::string>(method, std::move(value));
}

Async<Result<int>> ask_id(Client& client, const char* method, Array parameters, bool again)
{
    std::string name = method;
    auto value = co_await client.call(std::move(name), std::move(parameters), again);
    CO_TRY_LET(const auto number, as<std::int64_t>(method, std::move(value)));
    co_return static_cast<int>(number);
}

}  // namespace

std::string_view to_string(HostState state)
{
    switch (state) {
    case HostState::init: return "init";
    case HostState::monitored: return "on";
    case HostState::error: return "err";
    case HostState::disabled: return "dsbl";
    case HostState::offline: return "off";
    case HostState::other: break;
    }
    return "other";
}

Async<Result<std::string>> Client::version()
{
    Array none;
    co_return co_await ask_text(*this, "one.system.version", std::move(none));
}

Async<Result<std::string>> Client::own_name()
{
    Array self{-1, false};
    CO_TRY_LET(const std::string xml, co_await ask_text(*this, "one.user.info", std::move(self)));
    co_return user_name_from_xml(xml);
}

Async<Result<RaftState>> Client::raft_state()
{
    Array none;
    CO_TRY_LET(const std::string xml, co_await ask_text(*this, "one.zone.raftstatus", std::move(none)));
    co_return raft_state_from_xml(xml);
}

Async<Result<std::vector<Server>>> Client::servers(int zone)
{
    Array which{zone, false};
    CO_TRY_LET(const std::string xml, co_await ask_text(*this, "one.zone.info", std::move(which)));
    co_return servers_from_xml(xml);
}

Async<Result<std::vector<Cluster>>> Client::clusters()
{
    Array none;
    CO_TRY_LET(const std::string xml, co_await ask_text(*this, "one.clusterpool.info", std::move(none)));
    co_return clusters_from_xml(xml);
}

Async<Result<std::vector<Host>>> Client::hosts()
{
    Array none;
    CO_TRY_LET(const std::string xml, co_await ask_text(*this, "one.hostpool.info", std::move(none)));
    co_return hosts_from_xml(xml);
}

Async<Result<Host>> Client::host(int id)
{
    Array which{id, false};
    CO_TRY_LET(const std::string xml, co_await ask_text(*this, "one.host.info", std::move(which)));
    co_return host_from_xml(xml);
}

Async<Result<int>> Client::allocate_host(std::string name, std::string im_mad, std::string vm_mad, int cluster)
{
    Array parameters{std::move(name), std::move(im_mad), std::move(vm_mad), cluster};
    co_return co_await ask_id(*this, "one.host.allocate", std::move(parameters), once_only);
}

Async<Result<>> Client::merge_host(int id, std::string attribute, std::string value)
{
    std::vector<Attribute> attributes;
    attributes.push_back({std::move(attribute), std::move(value)});
    CO_TRY_LET(std::string text, template_xml(attributes));
    Array parameters{id, std::move(text), merge};
    CO_TRY(co_await ask_id(*this, "one.host.update", std::move(parameters), repeatable));
    co_return Result<>{};
}

Async<Result<>> Client::rename_host(int id, std::string name)
{
    Array parameters{id, std::move(name)};  // to the name that it has already is no error
    CO_TRY(co_await ask_id(*this, "one.host.rename", std::move(parameters), repeatable));
    co_return Result<>{};
}

Async<Result<>> Client::delete_host(int id)
{
    Array which{id};
    CO_TRY(co_await ask_id(*this, "one.host.delete", std::move(which), once_only));
    co_return Result<>{};
}

Async<Result<int>> Client::allocate_document(int type, std::string name, std::string body)
{
    std::vector<Attribute> attributes;
    attributes.push_back({"NAME", std::move(name)});
    attributes.push_back({"ONENODE", storable_json(body)});
    CO_TRY_LET(std::string text, template_xml(attributes));
    Array parameters{std::move(text), type};
    CO_TRY_LET(const int id, co_await ask_id(*this, "one.document.allocate", std::move(parameters), once_only));

    Array owner_only{id, 1, 1, 0, 0, 0, 0, 0, 0, 0};  // 600, whatever umask the account has
    auto closed = co_await ask_id(*this, "one.document.chmod", std::move(owner_only), repeatable);
    if (closed) co_return id;
    const auto removed = co_await delete_document(id);  // better none than one that others may read
    if (!removed) closed.error().reason += "; document " + std::to_string(id) + " stays behind";
    co_return one::fail(std::move(closed).error());
}

Async<Result<Document>> Client::document(int id)
{
    Array which{id, false};
    CO_TRY_LET(const std::string xml, co_await ask_text(*this, "one.document.info", std::move(which)));
    co_return document_from_xml(xml);
}

Async<Result<>> Client::replace_document(int id, std::string name, std::string body)
{
    std::vector<Attribute> attributes;
    attributes.push_back({"ONENODE", storable_json(body)});
    CO_TRY_LET(std::string text, template_xml(attributes));
    // Not repeatable: a repetition could undo what somebody else wrote in between.
    Array parameters{id, std::move(text), replace};
    CO_TRY(co_await ask_id(*this, "one.document.update", std::move(parameters), once_only));
    Array renaming{id, std::move(name)};  // a NAME inside the template would change nothing
    CO_TRY(co_await ask_id(*this, "one.document.rename", std::move(renaming), repeatable));
    co_return Result<>{};
}

Async<Result<bool>> Client::delete_document(int id)
{
    Array which{id};
    const auto deleted = co_await ask_id(*this, "one.document.delete", std::move(which), once_only);
    if (deleted) co_return true;
    if (deleted.error().kind == ErrorKind::not_found) co_return false;
    co_return one::fail(deleted.error());
}

Async<Result<std::vector<Document>>> Client::documents(int type, int after)
{
    Array range{all_users, std::max(after + 1, 0), to_the_end, type};
    CO_TRY_LET(const std::string xml, co_await ask_text(*this, "one.documentpool.info", std::move(range)));
    co_return documents_from_xml(xml);
}

}  // namespace onefrontend::oned
