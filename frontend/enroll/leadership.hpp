// Only the leader of a zone decides: a follower that was cut off may show documents as they were long ago.
#pragma once

#include "frontend/enroll/cloud.hpp"

#include <chrono>

namespace onefrontend {

class Leadership {
public:
    explicit Leadership(Cloud& cloud) : cloud_(&cloud) {}

    /// An error of kind busy where our oned does not lead; asked at most every two seconds.
    Async<Result<>> check();

private:
    Cloud* cloud_;
    std::chrono::steady_clock::time_point asked_{};
    bool leads_ = false;
};

}  // namespace onefrontend
