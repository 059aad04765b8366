// What OpenNebula's packages ship, brought up to date on a volume by content: what people changed or added stays.
#pragma once

#include "common/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::bootstrap {

using Digests = std::map<std::string, std::string, std::less<>>;  // path below the tree -> digest of what is there

enum class Act {
    add,      // it is not there
    replace,  // nobody changed it
    save,     // somebody changed it, and it has to be the shipped one: theirs is kept aside
    leave,    // somebody changed it, and what ships changed, too: theirs stays, with a word
    remove,   // it ships no longer, and nobody changed it
};

struct Step {
    Act act = Act::add;
    std::string path{};
    bool operator==(const Step&) const = default;
};

/// `before`: what shipped when this was done last. `follows(path)`: whether the shipped one wins where both changed.
std::vector<Step> plan_refresh(const Digests& before, const Digests& shipped, const Digests& there,
                               bool (*follows)(std::string_view path));

/// Drivers have to be those of the oned that runs them; what is configured below etc and hooks is people's.
bool is_driver(std::string_view path);

struct Refreshed {
    int changed = 0;
    std::vector<std::string> left{};   // theirs stayed, though what ships changed
    std::vector<std::string> saved{};  // ours came, theirs lies in .replaced
};

/// Brings the tree at `there` to what lies at `shipped`, but for the paths in `except`. What was shipped is remembered in
/// `.shipped` there, written last: killed anywhere, the next run goes on.
one::Result<Refreshed> refresh(const std::string& shipped, const std::string& there,
                               const std::vector<std::string>& except);

/// Its bytes, or where a link points; empty where nothing is, or something else.
std::string digest_of(const std::string& path);

}  // namespace onefrontend::bootstrap
