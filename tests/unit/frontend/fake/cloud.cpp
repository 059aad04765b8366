#include "tests/unit/frontend/fake/cloud.hpp"

#include <algorithm>

namespace onefrontend::test {
namespace {

one::Error no_answer()
{
    return {.kind = one::ErrorKind::unreachable, .thing = "oned", .reason = "connection refused", .doing = "call"};
}

one::Error missing(int id)
{
    return {
        .kind = one::ErrorKind::not_found, .thing = std::to_string(id), .reason = "it does not exist", .doing = "read"};
}

}  // namespace

int FakeOpennebula::put(int type, std::string body)
{
    const int id = next_document++;
    documents[id] = {
        .id = id, .type = type, .name = "x", .owner = 0, .owner_name = "oneadmin", .body = std::move(body)};
    return id;
}

int FakeOpennebula::count(int type) const
{
    return static_cast<int>(
        std::ranges::count_if(documents, [type](const auto& entry) { return entry.second.type == type; }));
}

void FakeCloud::take_turns(one::asio::any_io_executor executor, Turns turns)
{
    turns_ = turns;
    turn_ = std::make_unique<one::asio::steady_timer>(std::move(executor));
}

void FakeCloud::go_on()
{
    waits_ = false;
    turn_->cancel();
}

Async<Result<>> FakeCloud::turn()
{
    if (turn_ && !lets_through_) {
        turn_->expires_at(one::asio::steady_timer::time_point::max());
        waits_ = true;
        co_await turn_->async_wait(one::awaited);
    }
    ++one_->calls;
    if (one_->away) co_return one::fail(no_answer());
    co_return Result<>{};
}

Async<Result<int>> FakeCloud::allocate_document(int type, std::string name, std::string body)
{
    CO_TRY(co_await turn());
    const int id = one_->put(type, std::move(body));
    one_->documents[id].name = std::move(name);
    co_return id;
}

Async<Result<oned::Document>> FakeCloud::document(int id)
{
    if (turns_ == Turns::every_call) CO_TRY(co_await turn());
    const auto found = one_->documents.find(id);
    if (found == one_->documents.end()) co_return one::fail(missing(id));
    co_return found->second;
}

Async<Result<>> FakeCloud::replace_document(int id, std::string name, std::string body)
{
    CO_TRY(co_await turn());
    const auto found = one_->documents.find(id);
    if (found == one_->documents.end()) co_return one::fail(missing(id));
    found->second.name = std::move(name);
    found->second.body = std::move(body);
    co_return Result<>{};
}

Async<Result<bool>> FakeCloud::delete_document(int id)
{
    CO_TRY(co_await turn());
    co_return one_->documents.erase(id) == 1;
}

Async<Result<std::vector<oned::Document>>> FakeCloud::documents(int type, int after)
{
    CO_TRY(co_await turn());
    std::vector<oned::Document> found;
    for (const auto& [id, document] : one_->documents)
        if (document.type == type && id > after) found.push_back(document);
    co_return found;
}

Async<Result<std::vector<oned::Host>>> FakeCloud::hosts()
{
    CO_TRY(co_await turn());
    co_return one_->hosts;
}

Async<Result<>> FakeCloud::rename_host(int id, std::string name)
{
    CO_TRY(co_await turn());
    const auto found = std::ranges::find(one_->hosts, id, &oned::Host::id);
    if (found == one_->hosts.end()) co_return one::fail(missing(id));
    found->name = std::move(name);
    co_return Result<>{};
}

Async<Result<>> FakeCloud::delete_host(int id)
{
    CO_TRY(co_await turn());
    if (std::erase_if(one_->hosts, [id](const oned::Host& host) { return host.id == id; }) == 0)
        co_return one::fail(missing(id));
    co_return Result<>{};
}

Async<Result<std::vector<oned::Cluster>>> FakeCloud::clusters()
{
    CO_TRY(co_await turn());
    co_return one_->clusters;
}

Async<Result<std::string>> FakeCloud::version()
{
    CO_TRY(co_await turn());
    co_return one_->version;
}

Async<Result<std::string>> FakeCloud::zone_name()
{
    CO_TRY(co_await turn());
    co_return std::string{"OpenNebula"};
}

Async<Result<oned::RaftState>> FakeCloud::raft_state()
{
    CO_TRY(co_await turn());
    co_return one_->raft;
}

}  // namespace onefrontend::test
