// A process that holds secrets leaves no core.
#include "common/core_dump.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>

namespace one {
namespace {

TEST(CoreDump, IsForbiddenToFilesAndToWhoeverCoresArePipedInto)
{
    const auto forbid_and_look = [] {
        forbid_core_dumps();
        rlimit limit{1, 1};
        ::getrlimit(RLIMIT_CORE, &limit);
        std::_Exit(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0 ? 0 : 1);
    };
    EXPECT_EXIT(forbid_and_look(), testing::ExitedWithCode(0), "");  // in a child: the tests themselves may dump core
}

}  // namespace
}  // namespace one
