// Users and groups.
#pragma once

#include "tests/oned-sim/objects/attributes.hpp"
#include "tests/oned-sim/objects/permission.hpp"

#include <ctime>
#include <map>
#include <set>
#include <string>

namespace onedsim {

struct LoginToken {
    std::time_t expires = -1;  // -1: never
    int group = -1;            // -1: all of the user's groups
    bool operator==(const LoginToken&) const = default;
};

struct User {
    int id = -1;
    int gid = 1;
    std::string group{};
    std::set<int> groups{};
    std::string name{};
    std::string password{};  // core: SHA-256 of it, in hex
    std::string driver = "core";
    bool enabled = true;
    std::map<std::string, LoginToken> tokens{};
    Attributes attributes{};

    bool operator==(const User&) const = default;
};

struct Group {
    int id = -1;
    std::string name{};
    Attributes attributes{};
    std::set<int> users{};
    std::set<int> admins{};

    bool operator==(const Group&) const = default;
};

enum class Extent { alone, with_quotas };

Target target_of(const User& user);
Target target_of(const Group& group);
std::string to_xml(const User& user, Extent extent);
std::string to_xml(const Group& group, Extent extent);
std::string quotas_xml(std::string_view element, std::string_view before = {});
/// <NAME><ID>1</ID>...</NAME>
std::string ids_xml(std::string_view element, const std::set<int>& ids);

/// What oned refuses to take as a name; empty where it takes it.
std::string name_problem(std::string_view name, std::string_view more_forbidden = {});
std::string password_problem(std::string_view password);
std::string password_hash(std::string_view password);

}  // namespace onedsim
