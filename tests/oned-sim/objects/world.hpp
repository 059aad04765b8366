// All that the simulated front-end knows. Ids only grow; the pools are printed newest first, as oned does.
#pragma once

#include "tests/oned-sim/objects/account.hpp"
#include "tests/oned-sim/objects/cluster.hpp"
#include "tests/oned-sim/objects/document.hpp"
#include "tests/oned-sim/objects/host.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace onedsim {

template <class T>
struct Pool {
    std::map<int, T> objects{};
    int next_id = 0;

    T* find(int id)
    {
        const auto found = objects.find(id);
        return found == objects.end() ? nullptr : &found->second;
    }
    const T* find_by_name(std::string_view name) const
    {
        for (const auto& [id, object] : objects)
            if (object.name == name) return &object;
        return nullptr;
    }
    /// The order in which oned prints its pools.
    std::vector<const T*> newest_first() const
    {
        std::vector<const T*> found;
        for (auto at = objects.rbegin(); at != objects.rend(); ++at)
            found.push_back(&at->second);
        return found;
    }
    bool operator==(const Pool&) const = default;
};

/// What oned tells onemonitord, which answers on its own time.
class MonitorCommands {
public:
    virtual ~MonitorCommands() = default;
    virtual void update_host(const Host& host) = 0;
    virtual void stop_monitor(int id, const std::string& name, const std::string& im_mad) = 0;
    virtual void delete_host(int id) = 0;
};

struct World {
    Pool<User> users{};
    Pool<Group> groups{};
    Pool<Cluster> clusters{};
    Pool<Host> hosts{};
    Pool<Document> documents{};
    Pool<Datastore> datastores{};
    std::vector<AclRule> rules{};
    int next_rule = 0;
    std::string endpoint = "http://localhost:2633/RPC2";
    std::string version = "7.4.0";
    MonitorCommands* monitor = nullptr;  // none in tests of the objects alone
    std::int64_t requests = 0;

    /// Stores a host again: its previous state, and what onemonitord must learn.
    void update(Host& host);
};

struct NewUser {
    std::string name{};
    std::string password{};
    std::string group = "users";
};

/// The objects of a fresh OpenNebula, with one_auth's password, and more users where wanted.
World fresh_world(std::string_view oneadmin_password, const std::vector<NewUser>& users = {});
User& add_user(World& world, std::string name, std::string password_or_hash, std::string driver,
               std::vector<int> groups);
Group& add_group(World& world, std::string name);

}  // namespace onedsim
