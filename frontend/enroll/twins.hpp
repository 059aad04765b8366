// Machines that share what they are told apart by (F27, F72, F125, F143): copies of one disk, boards of one maker. Only
// here all of them are known.
#pragma once

#include "frontend/enroll/node.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace onefrontend {

enum class Trait { host_uuid, initiator, machine_id, host_key, mac };

struct Twin {  // another node that has the same
    Trait trait = Trait::host_uuid;
    std::string value{};
    int node = -1;
    std::string name{};
    std::string address{};
    bool operator==(const Twin&) const = default;
};

/// One for each trait that another node has as well, the first such node. An unfinished join from the same address is
/// an earlier try of this machine.
std::vector<Twin> twins_of(const Node& node, std::span<const Node> nodes);
/// The same for all nodes at once, by their ids; who has none is not there.
std::map<int, std::vector<Twin>> twins_among(const std::vector<Node>& nodes);

/// With one of them, guests or volumes are at stake: a host UUID, an initiator's name.
bool is_grave(const Twin& twin);
/// Refuses a machine with a grave one; the error names both machines, the value and what to do there.
one::Result<> must_have_no_twin(const Node& node, const std::vector<Twin>& twins);
/// Each as a finding of the machine itself: an error where it is grave, else a warning.
std::vector<one::wire::Finding> findings_of(const Node& node, const std::vector<Twin>& twins);
/// "the host UUID 4c4c4544-..., as node 5 (kvm1) at 10.0.0.5"
std::string to_text(const Twin& twin);

}  // namespace onefrontend
