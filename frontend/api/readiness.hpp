// Whether this replica can do its work, each condition by itself: what an orchestrator and an operator are told.
#pragma once

#include "frontend/api/service.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::api {

struct Condition {
    std::string_view name{};
    Result<> outcome{};
};
using Conditions = std::vector<Condition>;

bool all_hold(const Conditions& conditions);

class Readiness {
public:
    Readiness(Service& service, std::string signer_socket) :
        service_(&service), signer_socket_(std::move(signer_socket))
    {
    }

    /// By effect: oned is asked, the signer is connected to, the audit log is opened. At most once a second, whoever asks.
    Async<Conditions> look();

private:
    Async<Conditions> look_now();

    Service* service_;
    std::string signer_socket_;
    Conditions seen_{};
    std::chrono::steady_clock::time_point seen_at_{};
};

}  // namespace onefrontend::api
