// The present inputs of the desired state, kept fresh: files each second, OpenNebula and names each half minute.
#pragma once

#include "common/async.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/nodes.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace onefrontend {

class DesiredSource {
public:
    /// Names in, their addresses out; blocking.
    using Resolve = std::vector<std::string> (*)(const std::vector<std::string>& names);

    DesiredSource(const Config& config, Cloud& cloud, one::asio::thread_pool& pool,
                  Resolve resolve = resolve_frontend) :
        config_(&config), cloud_(&cloud), nodes_(cloud), pool_(&pool), resolve_(resolve)
    {
    }

    /// Looks again until it is cancelled. What cannot be used is logged once; the last good inputs stay.
    Async<> watch();
    Async<Result<>> refresh();

    /// An error until the inputs could be read once.
    [[nodiscard]] Result<DesiredInputs> inputs() const;
    /// Grows when the inputs change: cheap to compare while a node waits.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }

private:
    Async<Result<>> refresh_files();
    Async<Result<>> refresh_rest();
    void publish(DesiredInputs next);

    const Config* config_;
    Cloud* cloud_;
    Nodes nodes_;
    one::asio::thread_pool* pool_;
    Resolve resolve_;
    DesiredInputs inputs_{};
    std::string stamp_{};
    std::uint64_t revision_ = 0;
    bool have_files_ = false;
    bool have_rest_ = false;
    one::Error trouble_{.kind = one::ErrorKind::busy,
                        .thing = "the desired state",
                        .reason = "the service has only just started",
                        .next = "try again in a moment",
                        .doing = "compute"};
};

}  // namespace onefrontend
