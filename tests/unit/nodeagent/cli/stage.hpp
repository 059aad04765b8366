// A machine in memory, a front-end on loopback, a terminal into strings: what a verb needs to be played.
#pragma once

#include "nodeagent/cli/verbs.hpp"
#include "nodeagent/link/network.hpp"
#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/nodeagent/link/fake_front_end.hpp"

#include <functional>
#include <string>
#include <vector>

namespace onenode::cli {

class FakePath : public MonitoringPath {  // remembers what was sent; does more where a test wants it to
public:
    Result<> datagram(const std::string& address, int port, std::string_view bytes) override;
    Result<> line(const std::string& address, int port, std::string_view line) override;
    std::vector<std::string> sent{};
    std::function<void()> on_datagram{};
};

struct Played {
    Exit exit = Exit::usage;
    std::string out{};
    std::string err{};
};

/// Without libvirt and the rest: steps and checks of the tests' own, so that outputs stay when real ones change.
FakeHost small_machine();
std::span<const Step* const> small_steps();
std::span<const Check* const> small_checks();  // find /etc/broken (an error) and /etc/odd (a warning)

class Stage {
public:
    explicit Stage(FakeHost machine = small_machine());

    /// With the front-end and its token filled in where they are empty.
    Played join(JoinOptions options = {});
    /// As it is, for what says nothing.
    Played join_as_given(const JoinOptions& options);
    Played print_config(const JoinOptions& options);
    Played leave(LeaveOptions options = {});
    Played status(StatusOptions options = {});
    Played doctor(DoctorOptions options = {});
    Played history(HistoryOptions options = {});
    Played prepare(PrepareOptions options = {});

    /// As a Ctrl-C, from whichever thread.
    void stop_soon();

    /// A text without what differs from run to run: the front-end's port.
    [[nodiscard]] std::string stable(std::string text) const;
    [[nodiscard]] Snapshot machine() const;  // without onenode's own state

    FakeHost host;
    FakeFrontEnd front_end{};
    FakePath* path = nullptr;
    Network network;
    OutputOptions output{};
    std::string token{};
    Patience patience{.approval_poll = std::chrono::milliseconds{1},
                      .host_poll = std::chrono::seconds{10},
                      .client_poll = std::chrono::milliseconds{1},
                      .client_gone = std::chrono::milliseconds{3},
                      .agent_gone = std::chrono::milliseconds{3},
                      .lock_free = std::chrono::milliseconds{3},
                      .packages_free = std::chrono::milliseconds{3},
                      .packages_poll = std::chrono::milliseconds{1}};
    std::span<const Step* const> steps = small_steps();
    std::span<const Check* const> preflight = small_checks();
    std::span<const Check* const> after_apply{};

private:
    Played play(const std::function<Exit(World&)>& verb);
};

}  // namespace onenode::cli
