#include "tests/unit/frontend/fake/procedures.hpp"

#include <algorithm>

namespace onefrontend::test {

using one::Async;
using one::Result;
using one::wire::HostReport;
using one::wire::ProofReport;

namespace {

ProofReport proven(const char* id)
{
    ProofReport report;
    report.findings.push_back({.id = id, .severity = "ok", .message = "it works", .fix = ""});
    return report;
}

}  // namespace

Async<std::vector<one::wire::Finding>> FakeProcedures::check_name(std::string name, std::vector<std::string> addresses)
{
    std::vector<one::wire::Finding> findings;
    const bool is_address = !addresses.empty() && name == addresses.front();
    const auto known = leads_to.find(name);
    const bool leads_here = known != leads_to.end() && std::ranges::find(addresses, known->second) != addresses.end();
    if (!is_address && !resolvable.contains(name) && !leads_here)
        findings.push_back({.id = "name-unknown-to-frontend",
                            .severity = "error",
                            .message = name + " does not resolve here",
                            .fix = "add it"});
    co_return findings;
}

Async<Result<>> FakeProcedures::write_ssh_trust(std::vector<Node> nodes, Vouching)
{
    if (slow_disk) co_await slow_disk->async_wait(one::awaited);
    calls.push_back("trust " + std::to_string(nodes.size()));
    co_return trust;
}

Result<one::wire::LoginChallenge> FakeProcedures::challenge_login(Node& node)
{
    node.proofs.login_nonce = "nonce";
    return one::wire::LoginChallenge{.nonce = "nonce", .path = "/run/onenode/nonce"};
}

Async<ProofReport> FakeProcedures::check_login(Node& node)
{
    logins.push_back(node.address + ' ' + node.proofs.login_nonce);
    ProofReport report = proven("ssh-host-key");
    report.findings.push_back(proven("ssh-login").findings.front());
    node.proofs.login_ok = node.address != other_host_key_at;
    if (!node.proofs.login_ok) {
        report.findings.front() = {
            .id = "ssh-host-key", .severity = "error", .message = "another host key", .fix = "look"};
        report.findings.back() = {
            .id = "ssh-login", .severity = "not-checked", .message = "needs the pinned host key", .fix = ""};
    }
    co_return report;
}

Result<one::wire::MonitoringChallenge> FakeProcedures::challenge_monitoring(Node& node)
{
    node.proofs.tcp_nonce = "tcp";
    one::wire::MonitoringChallenge challenge;
    challenge.line = "tcp";
    return challenge;
}

Async<ProofReport> FakeProcedures::check_monitoring(Node& node, one::wire::MonitoringSent)
{
    node.proofs.monitoring_ok = true;
    co_return proven("monitoring");
}

Async<ProofReport> FakeProcedures::rehearse(Node& node)
{
    node.proofs.rehearsal_ok = true;
    co_return proven("rehearsal");
}

Result<HostReport> FakeProcedures::note(std::string call)
{
    calls.push_back(std::move(call));
    return host;
}

Async<Result<HostReport>> FakeProcedures::register_host(Node node)
{
    co_return note("register " + node.name);
}
Async<Result<HostReport>> FakeProcedures::report(Node node, std::chrono::seconds wait)
{
    co_return note("report " + node.name + ' ' + std::to_string(wait.count()));
}
Async<Result<HostReport>> FakeProcedures::commit(Node node)
{
    co_return note("commit " + node.name);
}
Async<Result<HostReport>> FakeProcedures::abandon(Node node)
{
    co_return note("abandon " + node.name);
}
Async<Result<HostReport>> FakeProcedures::leave(Node node, bool abandon_vms)
{
    co_return note("leave " + node.name + (abandon_vms ? " abandon-vms" : ""));
}

Async<Done> FakeAdmins::act(one::Secret session, AdminWish wish)
{
    Done done;
    if (session.reveal() != "alice:s3cret:1") {
        done.answer = one::fail({.kind = one::ErrorKind::untrusted, .reason = "oned says so"});
        co_return done;
    }
    if (slow) co_await slow->async_wait(one::awaited);
    wishes.push_back(std::move(wish));
    done.answer = answer;
    done.audit.push_back({.event = "node-banned", .fields = {{"by", "alice"}}});
    co_return done;
}

Async<Result<std::string>> FakeSigning::sign_node(int node, std::string)
{
    if (away)
        co_return one::fail(
            {.kind = one::ErrorKind::busy, .thing = "the signer", .reason = "it does not answer", .doing = "reach"});
    signed_nodes.push_back(node);
    co_return "certificate of " + std::to_string(node);
}

Async<Result<std::vector<std::string>>> FakeSigning::sign_host(int node)
{
    signed_nodes.push_back(node);
    co_return std::vector{"host certificate of " + std::to_string(node)};
}

}  // namespace onefrontend::test
