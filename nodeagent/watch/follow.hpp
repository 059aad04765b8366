// Makes the desired state true on this machine, with the lock of all that changes it: when the front-end wants another
// one, and when somebody changed what is ours. Blocks: libvirt, the resolver and useradd take their time.
#pragma once

#include "nodeagent/core/drift.hpp"
#include "nodeagent/core/step.hpp"
#include "nodeagent/link/membership.hpp"

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace onenode {

using Steps = std::span<const Step* const>;

/// What was followed is saved. Nothing is done where the machine is not joined any more.
Result<> follow(Host& host, Steps steps, Membership member, const DesiredState& desired);

struct Mended {
    bool looked = false;  // something differed, so the steps were asked
    std::size_t changes = 0;
    std::vector<std::string> repaired{};  // paths that were changed
    std::vector<Drift> left{};            // what no step puts back
    std::vector<Drift> spared{};          // what differs of ours in what was left alone
};

/// The desired state that was saved last, where something differs from what the journal says; cheap where nothing does.
/// What stands at the paths of `spare` is left as it is.
Result<Mended> mend(Host& host, Steps steps, const std::set<std::string>& spare = {});

/// Fails where what the join knew of itself is gone, all of it or the journal, while what it wrote is here: then an
/// absent journal is none with nothing in it.
Result<> must_be_remembered(const HostView& host, Steps steps);

/// Also where the file cannot be read for a moment: better to stay.
bool still_joined(const HostView& host);

}  // namespace onenode
