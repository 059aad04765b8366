// Asked anew by each check: what is mounted changes.
#include "nodeagent/checks/mounts.hpp"

namespace onenode::checks {

std::vector<Mount> mounts(const HostView& host)
{
    return mounts_in(host.read(mount_list).value_or(""));
}

}  // namespace onenode::checks
