// Whose certificates are refused, and which machines may not come back. A ban is a document of its own that is only made
// and deleted: no write of a node under way can lose it, and every replica finds it in a list that is short.
#pragma once

#include "common/wire/messages.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/node.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace onefrontend {

struct Ban {
    int id = -1;  // of the document
    int node = -1;
    std::string by{};  // user of OpenNebula
    std::int64_t at = 0;
    bool for_good = false;  // not this node alone: the machine may not join again
    // What a machine is recognised by, of those for good.
    std::string name{};
    std::vector<std::string> keys{};           // fingerprints
    std::vector<std::string> ssh_host_keys{};  // public key lines
    std::string machine_id{};
};

std::string to_json(const Ban& ban);
Result<Ban> ban_from_json(int document_id, std::string_view json);

bool refuses(const std::vector<Ban>& bans, int node);

/// A machine that was banned for good, under another name or with another token. Whoever reinstalls it and makes new keys
/// has another machine: against that there are only tokens.
Result<> must_not_be_banned(const std::vector<Ban>& bans, const std::string& key, const one::wire::Facts& facts);

class Bans {
public:
    explicit Bans(Cloud& cloud) : cloud_(&cloud) {}

    Async<Result<std::vector<Ban>>> all();  // one read for all who ask at the same time
    Async<Result<>> refuse(int node, std::string by, std::int64_t now);
    Async<Result<>> ban(Node node, std::string by, std::int64_t now);
    /// Where it was banned for good; false where it was not. It may join again.
    Async<Result<bool>> lift(int node);
    /// Refusals of nodes that are gone. They stay for a minute: so each replica's waiting requests of them end.
    Async<Result<>> forget_old(std::set<int> nodes, std::int64_t now);

private:
    Async<Result<std::vector<Ban>>> read();

    Cloud* cloud_;
};

}  // namespace onefrontend
