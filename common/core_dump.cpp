// The limit is for core files; programs that the kernel pipes cores into ignore it, but not that we are not dumpable.
#include "common/core_dump.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace one {

void forbid_core_dumps()
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace one
