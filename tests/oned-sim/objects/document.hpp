// A document: what an add-on keeps in OpenNebula. Names need not be unique, a lock never expires.
#pragma once

#include "tests/oned-sim/objects/attributes.hpp"
#include "tests/oned-sim/objects/permission.hpp"

#include <ctime>
#include <string>

namespace onedsim {

struct DocumentLock {
    int level = 0;  // 0: none; 1 USE, 2 MANAGE, 3 ADMIN and above are withheld
    int owner = -1;
    std::time_t time = 0;
    std::int64_t request = -1;
    bool operator==(const DocumentLock&) const = default;
};

struct Document {
    int id = -1;
    int uid = 0;
    int gid = 0;
    std::string owner{};
    std::string group{};
    std::string name{};
    int type = 0;
    Permissions permissions{};
    DocumentLock lock{};
    Attributes attributes{};

    bool operator==(const Document&) const = default;
};

Target target_of(const Document& document);
std::string to_xml(const Document& document);
std::string to_xml(const Permissions& permissions);

}  // namespace onedsim
