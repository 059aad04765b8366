// All that a verb may touch, held by main: the machine, the person, the network, and what is to be checked and made
// true.
#pragma once

#include "nodeagent/checks/check.hpp"
#include "nodeagent/cli/options.hpp"
#include "nodeagent/cli/terminal.hpp"
#include "nodeagent/host/host.hpp"
#include "nodeagent/core/step.hpp"

#include "common/secret.hpp"

#include <chrono>
#include <span>
#include <string>

namespace onenode {

class Network;

namespace cli {

struct Patience {  // for what has no limit of its own
    std::chrono::milliseconds approval_poll{3'000};
    std::chrono::seconds host_poll{10};             // a question for the host's state, answered early when it changes
    std::chrono::milliseconds client_poll{250};     // looks whether OpenNebula's monitoring client is gone
    std::chrono::milliseconds client_gone{15'000};  // then it is killed
    std::chrono::milliseconds agent_gone{30'000};   // once it was told to end
    std::chrono::milliseconds lock_free{5'000};     // of another onenode on this machine
    std::chrono::milliseconds packages_free{300'000};  // of another package manager
    std::chrono::milliseconds packages_poll{1'000};
    std::chrono::milliseconds redraw{2'000};  // of `status --watch`, where nothing changed before
};

struct World {
    Host* host = nullptr;
    Terminal* terminal = nullptr;
    Network* network = nullptr;
    one::Secret token_from_environment{};
    std::string notify_socket{};            // NOTIFY_SOCKET, where systemd listens to the agent
    std::chrono::milliseconds watchdog{0};  // how long it waits for a sign of life; zero: it does not
    bool on_terminal = false;               // standard output is one
    std::span<const Step* const> steps{};
    std::span<const Check* const> preflight{};
    std::span<const Check* const> after_apply{};
    std::span<const Check* const> doctor{};
    Patience patience{};
};

}  // namespace cli
}  // namespace onenode
