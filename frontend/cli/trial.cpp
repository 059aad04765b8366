// The same requests as nodeagent/link sends, with facts of a machine that is none.
#include "frontend/cli/trial.hpp"

#include "common/http/ask.hpp"
#include "common/identity/authorities.hpp"
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/identity/ssh_authority.hpp"
#include "common/text/encoding.hpp"
#include "frontend/enroll/trial.hpp"

#include <fmt/format.h>

namespace onefrontend::cli {
namespace {

using one::Async;
using one::Result;
namespace http = one::http;
namespace identity = one::identity;
namespace wire = one::wire;

constexpr std::chrono::milliseconds with_oned{30'000};
constexpr std::size_t name_bytes = 6;
constexpr std::size_t machine_id_bytes = 16;

Async<Result<http::Client>> client_to(http::Target target, http::Trust trust, http::Identity own)
{
    CO_TRY_LET(auto tls, http::make_client_tls(trust, own));
    const one::asio::any_io_executor executor = co_await one::asio::this_coro::executor;
    std::vector<http::Target> targets{std::move(target)};
    co_return http::Client{executor, std::move(targets), std::move(tls)};
}

/// Nobody logs in to it, so no sshd has this key.
Result<std::string> some_host_key()
{
    TRY_LET(const auto pair, identity::make_ssh_authority());
    TRY_LET(const auto line, identity::ssh_public_key_of(pair));
    return to_line(line);
}

Result<wire::Facts> facts_of_no_machine(const std::string& name, const std::string& address)
{
    wire::Facts facts;
    facts.host_name = name;
    facts.machine_id = one::to_hex(one::random_bytes(machine_id_bytes));
    facts.os = "none: a join that is only played";
    if (!address.empty()) facts.addresses = {address};
    TRY_LET(auto key, some_host_key());
    facts.ssh_host_keys = {std::move(key)};
    return facts;
}

one::Error told_too_little(const std::string& what)
{
    return {.kind = one::ErrorKind::invalid,
            .thing = "the desired state of the played machine",
            .reason = what,
            .next = "look at the log of `onefrontend serve`, and at monitord.conf and oneadmin's .ssh there",
            .doing = "use"};
}

}  // namespace

Async<Result<PlayedMachine>> PlayedMachine::make(http::Target target, std::string pin)
{
    CO_TRY_LET(auto key, identity::make_private_key());
    http::Trust trust{.pin = std::move(pin)};
    http::Identity nobody;
    auto copy = target;
    CO_TRY_LET(auto client, co_await client_to(std::move(copy), std::move(trust), std::move(nobody)));
    auto name = "try-join-" + one::to_hex(one::random_bytes(name_bytes));
    co_return PlayedMachine{std::move(target), std::move(name), std::move(key), std::move(client)};
}

Async<Result<wire::Hello>> PlayedMachine::greet()
{
    http::Call call{"greet", "GET", "/v1/hello"};
    co_return co_await http::ask<wire::Hello>(client_, std::move(call));
}

Async<Result<wire::EnrollAnswer>> PlayedMachine::enroll(one::JoinToken token)
{
    wire::EnrollRequest request;
    request.token = one::to_text(token);
    CO_TRY_LET(request.certificate_request, identity::make_request(key_, name_));
    CO_TRY_LET(request.facts, facts_of_no_machine(name_, client_.local_address()));
    request.wishes.name = name_;
    request.wishes.type = trial_type;

    auto target = target_;
    http::Trust trust{.pin = token.pin};
    http::Identity nobody;
    CO_TRY_LET(client_, co_await client_to(std::move(target), std::move(trust), std::move(nobody)));
    http::Call call{"enroll", "POST", "/v1/enroll", with_oned};
    auto body = wire::to_json(request);
    auto answer = co_await http::ask<wire::EnrollAnswer>(client_, std::move(call), std::move(body));
    if (!answer) co_return one::fail(std::move(answer).error());
    CO_TRY(identity::must_hold_pin(answer->authorities, token.pin));
    enrolled_ = *answer;

    target = target_;
    trust = {.authority_pem = enrolled_.authorities};
    http::Identity own{enrolled_.certificate_chain, key_.copy()};
    CO_TRY_LET(client_, co_await client_to(std::move(target), std::move(trust), std::move(own)));
    co_return answer;
}

Async<Result<wire::DesiredState>> PlayedMachine::desired()
{
    http::Call call{"read the desired state of", "GET", "/v1/desired?wait=0"};
    auto state = co_await http::ask<wire::DesiredState>(client_, std::move(call));
    if (!state) co_return one::fail(std::move(state).error());
    if (state->node_name != name_) co_return one::fail(told_too_little("it is for " + state->node_name));
    if (state->oneadmin_keys.empty()) co_return one::fail(told_too_little("it has no key of oneadmin's"));
    if (state->frontend_addresses.empty()) co_return one::fail(told_too_little("it has no address of a front-end"));
    co_return state;
}

Async<Result<>> PlayedMachine::leave()
{
    http::Call leave{"remove", "POST", "/v1/leave", with_oned};
    const wire::LeaveRequest nothing_runs;
    auto body = wire::to_json(nothing_runs);
    auto report = co_await http::ask<wire::HostReport>(client_, std::move(leave), std::move(body));
    if (!report) co_return one::fail(std::move(report).error());
    if (report->host_id >= 0)
        co_return one::fail({.kind = one::ErrorKind::conflict,
                             .thing = fmt::format("host {} ({})", report->host_id, report->name),
                             .reason = "OpenNebula has a host of the played machine",
                             .next = "onehost delete, and report it: that must never be",
                             .doing = "leave"});
    http::Call left{"say goodbye for", "POST", "/v1/left", with_oned};
    std::string empty;
    CO_TRY(co_await http::tell(client_, std::move(left), std::move(empty)));
    enrolled_ = {};
    co_return Result<>{};
}

}  // namespace onefrontend::cli
