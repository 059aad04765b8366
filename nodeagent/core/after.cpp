// The facts as they will be after a change: the pure twin of apply.
#include "nodeagent/core/plan.hpp"

#include "common/text/number.hpp"
#include "nodeagent/core/selinux.hpp"

#include <algorithm>

namespace onenode {
namespace {

std::uint32_t number_of(const Facts& facts, std::string_view owner)
{
    if (const User* user = facts.user(owner)) return user->uid;
    return one::to_number<std::uint32_t>(owner).value_or(0);
}

std::uint32_t group_number_of(const Facts& facts, std::string_view owner, std::string_view group)
{
    if (group.empty()) {
        const User* user = facts.user(owner);
        return user != nullptr ? user->gid : number_of(facts, owner);
    }
    if (const Group* known = facts.group(group)) return known->gid;
    return one::to_number<std::uint32_t>(group).value_or(0);
}

std::string group_name(const Facts& facts, std::uint32_t gid)
{
    if (gid == 0) return "root";
    for (const auto& [name, group] : facts.groups)
        if (group.gid == gid) return name;
    return std::to_string(gid);
}

template <class Spec>
FileFact fact_of(const Facts& facts, FileKind kind, const Spec& spec, std::string text)
{
    const auto gid = group_number_of(facts, spec.owner, spec.group);
    FileFact fact;
    fact.info = {.kind = kind, .mode = spec.mode, .uid = number_of(facts, spec.owner), .gid = gid, .size = text.size()};
    fact.text = std::move(text);
    fact.owner = spec.owner;
    fact.group = group_name(facts, gid);
    return fact;
}

struct Apply {
    Facts& facts;

    void operator()(const WriteFile& c) const { facts.files[c.path] = fact_of(facts, FileKind::file, c, c.text); }
    void operator()(const RemoveFile& c) const { facts.files.erase(c.path); }
    void operator()(const MakeDirectory& c) const { facts.files[c.path] = fact_of(facts, FileKind::directory, c, {}); }
    void operator()(const SetAttributes& c) const
    {
        const auto found = facts.files.find(c.path);
        if (found != facts.files.end()) found->second = fact_of(facts, found->second.info.kind, c, found->second.text);
    }
    void operator()(const MakeLink& c) const
    {
        facts.files[c.path] = {.info = {.kind = FileKind::symlink, .mode = 0777, .size = c.target.size()},
                               .text = c.target,
                               .owner = "root",
                               .group = "root"};
    }
    void operator()(const CreateGroup& c) const { facts.groups[c.name] = {.name = c.name, .gid = c.gid}; }
    void operator()(const CreateUser& c) const
    {
        facts.users[c.name] = {.name = c.name,
                               .uid = c.uid,
                               .gid = c.gid,
                               .home = c.home,
                               .shell = c.shell,
                               .groups = {c.gid},
                               .password_field = "*"};
    }
    void operator()(const SetShell& c) const
    {
        if (const auto found = facts.users.find(c.user); found != facts.users.end()) found->second.shell = c.shell;
    }
    void operator()(const JoinGroup& c) const
    {
        const auto user = facts.users.find(c.user);
        const auto group = facts.groups.find(c.group);
        if (user == facts.users.end() || group == facts.groups.end()) return;
        auto& groups = user->second.groups;
        if (std::ranges::find(groups, group->second.gid) != groups.end()) return;
        groups.push_back(group->second.gid);
        group->second.members.push_back(c.user);
    }
    void operator()(const SetBoolean& c) const
    {
        const auto found = facts.files.find(selinux::file_of_boolean(c.name));
        if (found != facts.files.end()) found->second.text = c.on ? "1 1" : "0 0";
    }
    void operator()(const LabelFiles& c) const
    {
        auto& text = facts.files[std::string{selinux::own_rules}].text;
        text = selinux::with_own_type(text, c.tree, c.type);
    }
    void operator()(const InstallPackages&) const {}  // what they bring is looked at anew
};

}  // namespace

Facts after(Facts facts, const Change& change)
{
    std::visit(Apply{facts}, change);
    return facts;
}

}  // namespace onenode
