// Clusters and datastores.
#pragma once

#include "tests/oned-sim/objects/attributes.hpp"
#include "tests/oned-sim/objects/permission.hpp"

#include <set>
#include <string>
#include <vector>

namespace onedsim {

struct Cluster {
    int id = -1;
    std::string name{};
    std::set<int> hosts{};
    std::set<int> datastores{};
    Attributes attributes{};

    bool operator==(const Cluster&) const = default;
};

struct Datastore {
    int id = -1;
    std::string name{};
    int type = 0;  // 0 images, 1 system, 2 files
    std::string driver{};
    std::string transfer = "local";
    std::set<int> clusters{};
    Attributes attributes{};

    bool operator==(const Datastore&) const = default;
};

Cluster new_cluster(int id, std::string name);
/// system, default and files: what a fresh OpenNebula has.
std::vector<Datastore> default_datastores();

Target target_of(const Cluster& cluster);
Target target_of(const Datastore& datastore);
std::string to_xml(const Cluster& cluster);
std::string to_xml(const Datastore& datastore);

}  // namespace onedsim
