// The one file that knows the commit: all others come from the cache after the next one, too.
#include "common/cli/build.hpp"

#include "commit.hpp"  // made by cmake/commit.cmake

namespace one {

const Build this_build{.version = ONENODE_VERSION, .commit = ONENODE_COMMIT, .type = ONENODE_BUILD_TYPE};

}  // namespace one
