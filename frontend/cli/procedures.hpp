// The real procedures: Prover and Registration behind the routes.
#pragma once

#include "frontend/enroll/procedures.hpp"
#include "frontend/enroll/registration.hpp"
#include "frontend/proofs/prover.hpp"

namespace onefrontend::cli {

class RealProcedures : public Procedures {
public:
    RealProcedures(const Config& config, Prover& prover, Registration& registration, one::asio::thread_pool& pool) :
        config_(&config), prover_(&prover), registration_(&registration), pool_(&pool)
    {
    }

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
    const Config* config_;
    Prover* prover_;
    Registration* registration_;
    one::asio::thread_pool* pool_;
};

}  // namespace onefrontend::cli
