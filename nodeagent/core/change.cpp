// What a change is called: for people, for JSON and in the journal.
#include "nodeagent/core/change.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode {
namespace {

struct Title {
    std::string operator()(const WriteFile& c) const
    {
        return (c.block.empty() && c.line.empty() ? "write " : "set our lines in ") + c.path;
    }
    std::string operator()(const RemoveFile& c) const { return "remove " + c.path; }
    std::string operator()(const MakeDirectory& c) const
    {
        return fmt::format("make directory {} ({:04o} {})", c.path, c.mode, c.owner);
    }
    std::string operator()(const SetAttributes& c) const
    {
        return fmt::format("give {} mode {:04o} and owner {}", c.path, c.mode, c.owner);
    }
    std::string operator()(const MakeLink& c) const { return fmt::format("link {} to {}", c.path, c.target); }
    std::string operator()(const CreateGroup& c) const { return fmt::format("create group {} ({})", c.name, c.gid); }
    std::string operator()(const CreateUser& c) const
    {
        return fmt::format("create user {} ({}:{})", c.name, c.uid, c.gid);
    }
    std::string operator()(const SetShell& c) const
    {
        return fmt::format("set the shell of {} to {}", c.user, c.shell);
    }
    std::string operator()(const JoinGroup& c) const { return fmt::format("add {} to group {}", c.user, c.group); }
    std::string operator()(const SetBoolean& c) const
    {
        return fmt::format("switch {} SELinux's {}", c.on ? "on" : "off", c.name);
    }
    std::string operator()(const LabelFiles& c) const { return fmt::format("label {} as {}", c.tree, c.type); }
    std::string operator()(const InstallPackages& c) const { return "install " + one::join(c.packages, ", "); }
};

struct Kind {
    std::string_view operator()(const WriteFile&) const { return "write-file"; }
    std::string_view operator()(const RemoveFile&) const { return "remove-file"; }
    std::string_view operator()(const MakeDirectory&) const { return "make-directory"; }
    std::string_view operator()(const SetAttributes&) const { return "set-attributes"; }
    std::string_view operator()(const MakeLink&) const { return "make-link"; }
    std::string_view operator()(const CreateGroup&) const { return "create-group"; }
    std::string_view operator()(const CreateUser&) const { return "create-user"; }
    std::string_view operator()(const SetShell&) const { return "set-shell"; }
    std::string_view operator()(const JoinGroup&) const { return "join-group"; }
    std::string_view operator()(const SetBoolean&) const { return "set-boolean"; }
    std::string_view operator()(const LabelFiles&) const { return "label-files"; }
    std::string_view operator()(const InstallPackages&) const { return "install-packages"; }
};

}  // namespace

std::string why_of(const Change& change)
{
    return std::visit([](const auto& c) { return c.why; }, change);
}

std::string title_of(const Change& change)
{
    return std::visit(Title{}, change);
}

std::string_view kind_of(const Change& change)
{
    return std::visit(Kind{}, change);
}

}  // namespace onenode
