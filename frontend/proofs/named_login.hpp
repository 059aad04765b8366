// The login as OpenNebula's drivers make it: the ssh program, as oneadmin, to the host's NAME.
#pragma once

#include "common/command.hpp"
#include "frontend/config.hpp"
#include "frontend/proofs/finding.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace onefrontend {

struct ExpectedNode {
    std::string name{};
    std::string address{};
    int ssh_port = 22;
    std::string user{};
    std::string nonce{};
    std::string nonce_file{};
    std::chrono::milliseconds limit{10'000};  // of each login
};

struct NamedLogins {                          // what ssh did, three times
    one::Result<one::CommandOutput> quiet{};  // /bin/true: its output is what the login itself prints
    std::chrono::milliseconds took{};
    std::optional<one::Result<one::CommandOutput>> answer{};    // the script; nothing where `quiet` failed
    std::optional<one::Result<one::CommandOutput>> stranger{};  // with no key known: must be refused
    std::int64_t before = 0;                                    // our clock around the script, epoch seconds
    std::int64_t after = 0;
    bool agent_here = false;  // this front-end has an ssh-agent
};

struct NamedLoginVerdict {
    Findings findings{};
    std::string ssh_client{};
};

NamedLogins log_in_by_name(const Config& config, const ExpectedNode& node);

/// Pure.
NamedLoginVerdict judge_named_logins(const NamedLogins& logins, const ExpectedNode& node);

/// The ids above as not checked, where no login was possible at all.
Findings named_logins_not_checked(std::string_view reason);

}  // namespace onefrontend
