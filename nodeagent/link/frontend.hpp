// The node's side of the enrollment API: one function a route, in the words of wire/messages.hpp.
#pragma once

#include "common/async.hpp"
#include "common/http/client.hpp"
#include "common/wire/messages.hpp"

#include <chrono>
#include <string>

namespace onenode {

using one::Async;
using one::Result;

class Frontend {
public:
    explicit Frontend(one::http::Client client);

    Async<Result<one::wire::Hello>> hello();
    Async<Result<one::wire::PlanAnswer>> plan(const one::wire::PlanRequest& request);
    /// May this machine join without a token? Asked again until it is decided.
    Async<Result<one::wire::AskAnswer>> ask_approval(const one::wire::AskRequest& request);
    Async<Result<one::wire::EnrollAnswer>> enroll(const one::wire::EnrollRequest& request);
    /// Waits on the server for a version other than `known`; nullopt-like: an equal version means nothing changed.
    /// Without its neighbours, where it has their digest.
    Async<Result<one::wire::DesiredState>> desired(std::string known, std::chrono::seconds wait);
    /// `held` with the neighbours that the front-end knows now; the same where it has these already.
    Async<Result<one::wire::DesiredState>> neighbours(one::wire::DesiredState held);
    /// Pins of its authorities, the one that signs first, as its last answer about the desired state told.
    [[nodiscard]] const std::string& authorities() const { return authorities_; }
    Async<Result<one::wire::RenewAnswer>> renew(const one::wire::RenewRequest& request);
    /// For a certificate that has ended: what to sign, and the same with the signature.
    Async<Result<one::wire::RecoveryChallenge>> recovery_challenge();
    Async<Result<one::wire::RenewAnswer>> recover(const one::wire::RecoveryRequest& request);
    Async<Result<one::wire::LoginChallenge>> login_challenge();
    Async<Result<one::wire::ProofReport>> login_verdict();
    Async<Result<one::wire::MonitoringChallenge>> monitoring_challenge();
    Async<Result<one::wire::ProofReport>> monitoring_verdict(const one::wire::MonitoringSent& sent);
    Async<Result<one::wire::ProofReport>> rehearse();
    Async<Result<one::wire::HostReport>> register_host();
    Async<Result<one::wire::HostReport>> host(std::chrono::seconds wait);
    Async<Result<one::wire::HostReport>> joined();
    /// Where this machine is, and how it is called. From whichever address leads to the front-end now.
    Async<Result<one::wire::MovedAnswer>> moved(const one::wire::MovedRequest& request);
    Async<Result<one::wire::MovedAnswer>> moved_verdict();
    Async<Result<one::wire::HostReport>> abandon();
    Async<Result<one::wire::HostReport>> leave(const one::wire::LeaveRequest& request);
    Async<Result<>> left();

    void use(one::http::TlsContextPtr identity);
    /// The next question goes over a new connection.
    void hang_up();
    [[nodiscard]] const one::http::Client& client() const { return client_; }

private:
    one::http::Client client_;
    std::string authorities_{};
};

}  // namespace onenode
