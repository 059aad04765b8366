// Asks everything that a join or a waiting node would need.
#include "frontend/api/readiness.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <variant>

namespace onefrontend::api {
namespace {

using namespace one::asio::experimental::awaitable_operators;
using one::ErrorKind;

constexpr std::chrono::seconds patience{3};
constexpr std::chrono::seconds fresh_for{1};

/// The orchestrator asks often and waits for a second or three: it is told what is slow, and does not find out itself.
Async<Result<>> within_patience(Async<Result<>> work, std::string_view thing)
{
    auto limit = one::pause(patience);
    auto either = std::move(work) || std::move(limit);
    auto first = co_await std::move(either);
    if (auto* done = std::get_if<0>(&first)) co_return std::move(*done);
    co_return one::fail({.kind = ErrorKind::timeout,
                         .thing = std::string{thing},
                         .reason = "it did not answer within 3 s",
                         .next = "look at its log",
                         .doing = "ask"});
}

Result<> serves(const Service& service)
{
    if (!service.stopping) return {};
    return one::fail({.kind = ErrorKind::busy,
                      .thing = "requests",
                      .reason = "the service was told to end",
                      .next = "ask another replica",
                      .doing = "take"});
}

Result<> has_inputs(const Service& service)
{
    const auto inputs = service.desired->inputs();
    if (!inputs) return one::fail(inputs.error());
    return {};
}

Result<> certificate_is_valid(const Service& service)
{
    if (service.certificate_ends == 0 || service.now_ms() / 1000 < service.certificate_ends) return {};
    return one::fail({.kind = ErrorKind::untrusted,
                      .thing = "the service's own certificate",
                      .reason = "it has ended; nodes refuse it",
                      .next = "look why `onefrontend signer` does not renew it: its log has the reason",
                      .doing = "use"});
}

Async<Result<>> signer_listens(std::string path)
{
    one::asio::local::stream_protocol::socket socket{co_await one::asio::this_coro::executor};
    const one::asio::local::stream_protocol::endpoint address{path};
    const auto [refused] = co_await socket.async_connect(address, one::awaited);
    if (!refused) co_return Result<>{};
    co_return one::fail({.kind = ErrorKind::busy,
                         .thing = "the signer at " + path,
                         .reason = refused.message(),
                         .next = "start `onefrontend signer`",
                         .doing = "reach"});
}

Async<Result<>> audit_can_be_written(Service& service)
{
    struct Work {
        const Audit* audit;
        Result<> operator()() const { return audit->probe(); }
    };
    const Work work{&service.audit};
    co_return co_await one::off_the_loop(*service.pool, work);
}

}  // namespace

bool all_hold(const Conditions& conditions)
{
    return std::ranges::all_of(conditions, [](const Condition& each) { return each.outcome.has_value(); });
}

Async<Conditions> Readiness::look()
{
    if (seen_.empty() || std::chrono::steady_clock::now() - seen_at_ > fresh_for) {
        seen_ = co_await look_now();
        seen_at_ = std::chrono::steady_clock::now();
    }
    auto seen = seen_;
    seen.insert(seen.begin(), Condition{"serving", serves(*service_)});
    co_return seen;
}

Async<Conditions> Readiness::look_now()
{
    auto question = service_->leadership.check();
    auto oned = co_await within_patience(std::move(question), "oned");
    auto connection = signer_listens(signer_socket_);
    auto signer = co_await within_patience(std::move(connection), "the signer");
    auto audit = co_await audit_can_be_written(*service_);
    Conditions seen;
    seen.push_back({"oned", std::move(oned)});
    seen.push_back({"desired-state", has_inputs(*service_)});
    seen.push_back({"signer", std::move(signer)});
    seen.push_back({"audit-log", std::move(audit)});
    seen.push_back({"certificate", certificate_is_valid(*service_)});
    co_return seen;
}

}  // namespace onefrontend::api
