// Facts and desired state -> changes, each step seeing what the steps before it will have left.
#include "nodeagent/core/plan.hpp"

#include "common/text/address.hpp"
#include "nodeagent/core/before.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/core/sshd_settings.hpp"

#include <algorithm>

namespace onenode {

namespace {

/// The file whose bytes this change replaces; empty where there is none.
std::string changed_file(const Change& change)
{
    if (const auto* file = std::get_if<WriteFile>(&change)) return file->path;
    if (const auto* file = std::get_if<RemoveFile>(&change)) return file->path;
    return {};
}

}  // namespace

std::size_t Plan::size() const
{
    std::size_t changes = 0;
    for (const auto& planned : steps)
        changes += planned.changes.size();
    return changes;
}

Changes Plan::changes() const
{
    Changes all;
    for (const auto& planned : steps)
        all.insert(all.end(), planned.changes.begin(), planned.changes.end());
    return all;
}

Plan make_plan(std::span<const Step* const> steps, const Facts& facts, const DesiredState& desired)
{
    Plan plan;
    Facts present = facts;
    for (const Step* step : steps) {
        auto changes = step->plan(present, desired);
        for (const auto& change : changes) {
            if (const auto path = changed_file(change); !path.empty()) {
                const FileFact* there = facts.file(path);
                plan.seen.emplace(path, there != nullptr ? hash_of(there->text) : std::string{});
            }
            present = after(std::move(present), change);
        }
        if (!changes.empty()) plan.steps.push_back({.step = step, .changes = std::move(changes)});
    }
    return plan;
}

std::vector<std::string> paths_read(std::span<const Step* const> steps)
{
    std::vector<std::string> paths;
    for (const Step* step : steps)
        for (const auto path : step->reads)
            if (std::ranges::find(paths, path) == paths.end()) paths.emplace_back(path);
    return paths;
}

Facts gather_facts(const HostView& host, std::span<const Step* const> steps, const DesiredState& desired)
{
    auto paths = paths_read(steps);
    if (std::ranges::find(paths, desired.datastore_location) == paths.end())
        paths.push_back(desired.datastore_location);
    std::vector<std::string> names;
    for (const auto& peer : desired.peers)
        names.push_back(peer.name);
    Facts facts = gather_facts(host, paths, names);
    facts.datastores = gather_datastores(host, desired.datastore_location);
    for (const auto& address : desired.frontend_addresses) {
        if (!one::is_address(address)) continue;  // a comma in it would ask sshd about somebody else's login
        if (auto answer = ask_sshd(host, address); answer && answer->ok()) facts.sshd[address] = std::move(answer->out);
    }
    return facts;
}

}  // namespace onenode
