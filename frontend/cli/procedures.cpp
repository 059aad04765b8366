// Hands each procedure to the prover or the registration.
#include "frontend/cli/procedures.hpp"

namespace onefrontend::cli {

using one::Async;
using one::Result;
using one::wire::HostReport;
using one::wire::ProofReport;

Async<std::vector<one::wire::Finding>> RealProcedures::check_name(std::string name, std::vector<std::string> addresses)
{
    return prover_->check_name(std::move(name), std::move(addresses));
}

Async<Result<>> RealProcedures::write_ssh_trust(std::vector<Node> nodes, Vouching vouching)
{
    struct Work {
        const Config* config;
        std::vector<Node> nodes;
        Vouching vouching;
        Result<> operator()() const { return onefrontend::write_ssh_trust(*config, nodes, vouching); }
    };
    Work work{config_, std::move(nodes), std::move(vouching)};
    co_return co_await one::off_the_loop(*pool_, std::move(work));
}

Result<one::wire::LoginChallenge> RealProcedures::challenge_login(Node& node)
{
    return prover_->challenge_login(node);
}

Async<ProofReport> RealProcedures::check_login(Node& node)
{
    return prover_->check_login(node);
}

Result<one::wire::MonitoringChallenge> RealProcedures::challenge_monitoring(Node& node)
{
    return prover_->challenge_monitoring(node);
}

Async<ProofReport> RealProcedures::check_monitoring(Node& node, one::wire::MonitoringSent sent)
{
    return prover_->check_monitoring(node, std::move(sent));
}

Async<ProofReport> RealProcedures::rehearse(Node& node)
{
    return prover_->rehearse(node);
}

Async<Result<HostReport>> RealProcedures::register_host(Node node)
{
    return registration_->register_host(std::move(node));
}

Async<Result<HostReport>> RealProcedures::report(Node node, std::chrono::seconds wait)
{
    return registration_->report(std::move(node), wait);
}

Async<Result<HostReport>> RealProcedures::commit(Node node)
{
    return registration_->commit(std::move(node));
}

Async<Result<HostReport>> RealProcedures::abandon(Node node)
{
    return registration_->abandon(std::move(node));
}

Async<Result<HostReport>> RealProcedures::leave(Node node, bool abandon_vms)
{
    return registration_->leave(std::move(node), abandon_vms);
}

}  // namespace onefrontend::cli
