// The present inputs of the desired state, kept fresh: files, bans and oneadmin's keys twice a second, the rest of
// OpenNebula and names each half minute.
#pragma once

#include "common/async.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/bans.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/key_ring.hpp"
#include "frontend/enroll/nodes.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace onefrontend {

class DesiredSource {
public:
    /// Names in, their addresses out; blocking.
    using Resolve = std::vector<std::string> (*)(const std::vector<std::string>& names);

    using Clock = std::chrono::system_clock::time_point (*)();

    DesiredSource(const Config& config, Cloud& cloud, one::asio::thread_pool& pool, Resolve resolve = resolve_frontend,
                  Clock clock = std::chrono::system_clock::now) :
        config_(&config), cloud_(&cloud), nodes_(cloud), bans_(cloud), pool_(&pool), resolve_(resolve), clock_(clock)
    {
    }

    /// Looks again until it is cancelled. What cannot be used is logged once; the last good inputs stay.
    Async<> watch();
    Async<Result<>> refresh();
    /// What must not wait half a minute: files, who was removed or banned, oneadmin's keys of other replicas.
    Async<Result<>> refresh_quick();

    /// An error until the inputs could be read once.
    /// Shared with whoever asked, and never changed: they are large where there are many nodes, and all nodes ask.
    [[nodiscard]] Result<std::shared_ptr<const DesiredInputs>> inputs() const;
    /// Grows when the inputs change: cheap to compare while a node waits.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    /// As of half a second ago, whichever replica was told: for requests that wait. Those that come ask for themselves.
    [[nodiscard]] bool refuses(int node) const { return refused_.contains(node); }

private:
    Async<Result<>> refresh_files();
    Async<Result<>> refresh_rest();
    Async<Result<>> refresh_bans();
    Async<Result<>> refresh_keys();
    Overrides overrides_of(const std::vector<oned::Host>& hosts, const std::vector<oned::Cluster>& clusters,
                           const one::wire::Repository& repository);
    void turn(Missing missing, DesiredInputs next);
    void publish(DesiredInputs next);

    const Config* config_;
    Cloud* cloud_;
    Nodes nodes_;
    Bans bans_;
    one::asio::thread_pool* pool_;
    Resolve resolve_;
    Clock clock_;
    KeyRing ring_{};  // as it ought to be; OpenNebula may not know it yet
    std::vector<std::string> keys_at_home_{};
    std::set<int> refused_{};
    std::set<std::string> told_mistakes_{};
    std::shared_ptr<const DesiredInputs> inputs_ = std::make_shared<const DesiredInputs>();
    std::string stamp_{};
    std::uint64_t revision_ = 0;
    bool have_files_ = false;
    bool have_rest_ = false;
    bool keys_changed_ = true;  // at home, and the ring in OpenNebula was not turned for it yet
    one::Error trouble_{.kind = one::ErrorKind::busy,
                        .thing = "the desired state",
                        .reason = "the service has only just started",
                        .next = "try again in a moment",
                        .doing = "compute"};
};

}  // namespace onefrontend
