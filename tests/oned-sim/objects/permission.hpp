// Who may do what: owner, group and other bits, locks and ACL rules, judged as oned judges them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace onedsim {

/// oned's numbers; an ACL rule's resource is the sum of several.
enum class ObjectType : std::int64_t {
    none = 0,
    host = 0x2000000000,
    net = 0x4000000000,
    user = 0x10000000000,
    group = 0x40000000000,
    acl = 0x80000000000,
    datastore = 0x100000000000,
    cluster = 0x200000000000,
    document = 0x400000000000,
    zone = 0x800000000000,
};

std::string_view word_for(ObjectType type);   // "host", as in "Error getting host [7]."
std::string_view label_for(ObjectType type);  // "HOST", as in "Not authorized to perform USE HOST [7]"

enum class Right : std::int64_t { use = 1, manage = 2, admin = 4, create = 8 };
enum class Lock { heeded, ignored };

struct Bits {
    bool use = false;
    bool manage = false;
    bool admin = false;
    bool operator==(const Bits&) const = default;
};

struct Permissions {
    Bits owner{};
    Bits group{};
    Bits other{};
    bool operator==(const Permissions&) const = default;
};

/// What an oned object is created with: 0777 or 0666 less its umask, 177.
Permissions fresh_permissions();

struct Caller {
    int uid = -1;
    int gid = -1;
    std::string name{};
    std::string group{};
    std::set<int> groups{};

    /// In the group oneadmin, which may do everything.
    [[nodiscard]] bool is_admin() const { return uid == 0 || groups.contains(0); }
};

/// The object that a right is asked for.
struct Target {
    ObjectType type = ObjectType::none;
    int id = -1;
    int uid = -1;
    int gid = -1;
    int cluster = -1;
    Permissions permissions{};
    int lock = 0;  // 0: none, 1 to 3: the least right that it withholds
};

struct AclRule {
    int id = -1;
    std::int64_t user = 0;
    std::int64_t resource = 0;
    std::int64_t rights = 0;
    std::int64_t zone = 0;
    bool operator==(const AclRule&) const = default;
};

/// The rules of a fresh OpenNebula.
std::vector<AclRule> default_rules();
std::string to_text(const AclRule& rule);
std::string to_xml(const AclRule& rule);

/// What oned answers to a denied right, without "User [n] : " around it; empty where the right is given.
std::string denial(const Caller& caller, const Target& target, Right right, Lock lock,
                   const std::vector<AclRule>& rules);

}  // namespace onedsim
