// The daemon's loop: ask what is wanted, make it true, keep the certificate fresh; beside it, eyes on the machine.
#pragma once

#include "common/async.hpp"
#include "nodeagent/host/host.hpp"
#include "nodeagent/link/frontend.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/core/step.hpp"
#include "nodeagent/watch/checker.hpp"
#include "nodeagent/watch/eyes.hpp"
#include "nodeagent/watch/firewall.hpp"
#include "nodeagent/watch/mender.hpp"
#include "nodeagent/watch/proxy_keeper.hpp"
#include "nodeagent/watch/surroundings.hpp"
#include "nodeagent/watch/whereabouts.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace onenode {

struct AgentLimits {
    std::chrono::seconds poll{30};  // a long poll
    std::chrono::seconds least_round{
        1};  // a front-end that answers at once, or wants another thing each time, is not asked faster
    std::chrono::seconds first_retry{2};  // after a failure, doubled up to the last
    std::chrono::seconds last_retry{300};
    std::chrono::seconds turnover{60};    // within that all nodes renew where the front-end's authorities are others
    std::chrono::seconds neighbours{60};  // until they are asked for again that could not be fetched
    std::chrono::seconds host{300};       // between two questions about it
    std::chrono::milliseconds alive{20'000};  // a sign of life to systemd; its watchdog waits 90 s
    std::chrono::milliseconds quiet{500};     // before addresses and libvirt are looked at
    std::chrono::milliseconds way_in{3'000};  // the same: who upgrades packages changes much of it, one by one
    std::chrono::seconds rest{15};            // after the last work
    std::chrono::seconds stop{10};            // for what is under way when the agent is told to stop
    std::chrono::milliseconds work{75'000};   // the same, of a change; TimeoutStopSec is 90 s
    MenderLimits mender{};
    FirewallLimits firewall{};
    ProxyLimits proxy{};
    WhereaboutsLimits whereabouts{};
    CheckerLimits checker{};
};

/// What others may look at: systemd, `onenode status`, tests.
struct AgentEvents {
    std::function<void(const AgentStatus& status)> status{};  // the sentence in it is for people
    std::function<void()> alive{};                            // every so often, also during a round: the loop turns
    std::function<void()> round{};                            // after each one
    std::function<void()> rest{};                             // when work is over, for now
    std::function<void(const Result<one::wire::HostReport>&)> host{};  // what OpenNebula says of it, now and then
};

class Agent {
public:
    /// `reports`: another one for what is reported beside the rounds; without it nothing is.
    Agent(Host& host, Frontend frontend, Membership membership, std::span<const Step* const> steps, AgentLimits limits,
          AgentEvents events, Eyes eyes = {}, std::optional<Frontend> reports = {}, ProxyEyes proxy_eyes = {});

    /// Runs until it is cancelled, or until this machine is no longer joined (that is no error).
    Async<Result<>> run();
    /// When that ended: waits for a change that is under way, as long as systemd lets us. False where one still is, or a
    /// check still looks: its thread can be neither stopped nor, on a file system whose server is dead, waited for; who
    /// destroys us waits.
    bool let_work_end();

private:
    Async<Result<>> round();
    void look_around(one::Tasks& beside, const one::asio::any_io_executor& executor);
    void moved();
    void check_again();
    void rest_later();
    Async<Result<>> rounds();
    Async<Result<>> ask_what_is_wanted();
    Async<Result<one::wire::DesiredState>> wait_for_desired(std::string known, std::chrono::seconds wait);
    Async<Result<>> follow_it(one::wire::DesiredState wanted);
    [[nodiscard]] bool must_meet_neighbours() const;
    void plan_to_meet(const std::string& neighbours);
    Async<Result<>> meet_neighbours();
    Async<> ask_about_host();
    Async<> look_at_packages();
    Async<Result<>> renew();
    Async<Result<one::wire::RenewAnswer>> ask_for_certificate(std::string certificate_request);
    Async<Result<one::wire::RenewAnswer>> recover(std::string certificate_request);
    [[nodiscard]] bool must_renew() const;
    Result<> plan_renewal();
    void turn_to(const std::string& authorities);
    void all_is_well();
    [[nodiscard]] std::string certificate_until() const;

    Host* host_;
    Frontend frontend_;
    Membership membership_;
    std::span<const Step* const> steps_;
    AgentLimits limits_;
    AgentEvents events_;
    Eyes eyes_;
    ProxyEyes proxy_eyes_;
    std::chrono::system_clock::time_point renew_at_{};
    std::chrono::system_clock::time_point good_until_{};  // the certificate
    std::string authorities_{};  // pins of those we trust; empty where the certificate is not of the first
    std::string turned_to_{};    // once for each answer: two front-ends that disagree do not make us renew for ever
    std::optional<std::chrono::system_clock::time_point> meet_at_{};  // the neighbours: others than those we hold
    std::chrono::system_clock::time_point host_asked_{};
    std::optional<std::string> packages_looked_at_{};  // for this version of the front-end, from which none differs
    bool looked_ = false;  // at the machine, which may have been edited while nobody watched
    Standing standing_;
    std::optional<Mender> mender_{};
    std::optional<Frontend> reports_;
    std::optional<Whereabouts> whereabouts_{};
    std::optional<ProxyKeeper> proxy_{};
    std::optional<Checker> checker_{};
    std::optional<one::asio::steady_timer> moved_{};  // never ends by itself
    std::optional<one::asio::steady_timer> rest_{};
    one::asio::thread_pool worker_{1};  // all that changes the machine, one after the other
};

/// Whether all that was given to its one thread is done by then.
bool ends_within(one::asio::thread_pool& thread, std::chrono::milliseconds limit);
/// "joined to one.example.com as kvm12 (host 7)": as the machine itself remembers it.
std::string joined_as(const Membership& member);
/// 0 to 1: nodes that do the same thing at the same time do it apart.
double random_share();
/// Between a half and all of it.
std::chrono::milliseconds with_jitter(std::chrono::seconds time);
/// Two thirds of the certificate's life, and up to a twentieth of it later: nodes that joined together renew apart.
std::chrono::system_clock::time_point renewal_time(std::chrono::system_clock::time_point not_before,
                                                   std::chrono::system_clock::time_point not_after, double jitter);

}  // namespace onenode
