// What a cluster or a host says otherwise than the front-end's configuration, by attributes of its template in OpenNebula.
#pragma once

#include "common/wire/messages.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/oned/client.hpp"

#include <map>
#include <string>
#include <vector>

namespace onefrontend {

struct Override {
    std::string packages_apt{};
    std::string packages_dnf{};
    std::vector<std::string> frontend_addresses{};
    auto operator<=>(const Override&) const = default;
};

struct Overrides {
    std::map<int, Override> clusters{};
    std::map<int, Override> hosts{};  // with what their clusters say; empty where nobody says anything
    bool operator==(const Overrides&) const = default;
};

struct FoundOverrides {
    Overrides overrides{};
    std::vector<one::Error> mistakes{};  // what they name is as if it was not said
};

/// The repository is that of everybody else.
FoundOverrides find_overrides(const std::vector<oned::Host>& hosts, const std::vector<oned::Cluster>& clusters,
                              const one::wire::Repository& repository);

/// Null where nothing is other for it. Before there is a host, its cluster's.
const Override* override_of(const Node& node, const Overrides& overrides);

}  // namespace onefrontend
