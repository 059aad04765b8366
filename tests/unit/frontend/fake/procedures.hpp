// Procedures that answer at once with what a test wants, and remember what they were asked.
#pragma once

#include "frontend/api/admins.hpp"
#include "frontend/enroll/procedures.hpp"
#include "frontend/enroll/signing.hpp"

#include <boost/asio/steady_timer.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace onefrontend::test {

class FakeProcedures : public Procedures {
public:
    std::set<std::string> resolvable{};             // names that the front-end's resolver knows as the node
    std::map<std::string, std::string> leads_to{};  // names of which it knows the address
    std::vector<std::string> calls{};
    std::vector<std::string> logins{};  // where to, and with which nonce
    std::string other_host_key_at{};    // the address where a login meets another machine
    one::Result<> trust{};
    one::asio::steady_timer* slow_disk = nullptr;  // a write of the SSH trust that begins now waits for it
    one::Result<one::wire::HostReport> host{};     // what the host procedures answer

    one::Async<std::vector<one::wire::Finding>> check_name(std::string name,
                                                           std::vector<std::string> addresses) override;
    one::Async<one::Result<>> write_ssh_trust(std::vector<Node> nodes, Vouching vouching) override;
    one::Result<one::wire::LoginChallenge> challenge_login(Node& node) override;
    one::Async<one::wire::ProofReport> check_login(Node& node) override;
    one::Result<one::wire::MonitoringChallenge> challenge_monitoring(Node& node) override;
    one::Async<one::wire::ProofReport> check_monitoring(Node& node, one::wire::MonitoringSent sent) override;
    one::Async<one::wire::ProofReport> rehearse(Node& node) override;
    one::Async<one::Result<one::wire::HostReport>> register_host(Node node) override;
    one::Async<one::Result<one::wire::HostReport>> report(Node node, std::chrono::seconds wait) override;
    one::Async<one::Result<one::wire::HostReport>> commit(Node node) override;
    one::Async<one::Result<one::wire::HostReport>> abandon(Node node) override;
    one::Async<one::Result<one::wire::HostReport>> leave(Node node, bool abandon_vms) override;

private:
    one::Result<one::wire::HostReport> note(std::string call);
};

/// Takes alice's password, and may have to wait.
class FakeAdmins : public Admins {
public:
    std::vector<AdminWish> wishes{};
    one::Result<std::string> answer{"{}"};
    one::asio::steady_timer* slow = nullptr;
    one::Async<Done> act(one::Secret session, AdminWish wish) override;
};

class FakeSigning : public Signing {
public:
    bool away = false;
    std::vector<int> signed_nodes{};
    one::Async<one::Result<std::string>> sign_node(int node, std::string certificate_request) override;
    one::Async<one::Result<std::vector<std::string>>> sign_host(int node) override;
};

}  // namespace onefrontend::test
