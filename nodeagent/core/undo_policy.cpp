// Gives SELinux back what it allowed and how it labelled. Without SELinux, or with another policy, nothing of ours counts
// any more.
#include "nodeagent/core/undo_change.hpp"

#include "nodeagent/core/selinux.hpp"

#include <fmt/format.h>

namespace onenode {
namespace {

Outcome kept(std::string thing, std::string reason)
{
    return Kept{.thing = std::move(thing), .reason = std::move(reason)};
}

}  // namespace

Outcome undo_policy(Host& host, const BeforePolicy& before, const SetBoolean& change)
{
    const auto now = selinux::boolean(host, change.name);
    const auto word = before.on ? "on" : "off";
    if (!now)
        return kept("SELinux's boolean " + change.name,
                    fmt::format("SELinux does not tell of it now; it was {} before the join: setsebool -P {} {}", word,
                                change.name, word));
    if (*now != before.on) TRY(selinux::set_boolean(host, change.name, before.on));
    return std::nullopt;
}

// What lies there is labelled anew once all is taken back, like a program that is told (core/effects.cpp).
Outcome undo_policy(Host& host, const BeforePolicy& before, const LabelFiles& change)
{
    if (!host.stat(selinux::enforces))
        return kept("the label of " + change.tree,
                    fmt::format("SELinux is off now; once it is on: semanage fcontext --delete '{}'",
                                selinux::pattern_of(change.tree)));
    const auto now = selinux::own_type(host, change.tree);
    if (now != change.type && now != before.type)
        return kept("the label of " + change.tree, fmt::format("it was made {} since onenode set it", now));
    if (now != before.type) TRY(selinux::set_own_type(host, change.tree, before.type));
    return std::nullopt;
}

}  // namespace onenode
