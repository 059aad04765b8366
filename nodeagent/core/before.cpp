// Looks at what a change is about to touch.
#include "nodeagent/core/before.hpp"

#include "common/text/encoding.hpp"
#include "nodeagent/core/packages.hpp"
#include "nodeagent/core/selinux.hpp"

#include <algorithm>

namespace onenode {
namespace {

template <class T>
Result<std::optional<T>> if_any(Result<T> found)
{
    if (!found && found.error().kind == ErrorKind::not_found) return std::optional<T>{};
    TRY_LET(auto there, std::move(found).map_error(one::while_doing("look for")));
    return std::optional{std::move(there)};
}

struct Look {
    const HostView& host;

    Result<Before> operator()(const WriteFile& c) const { return file(c.path); }
    Result<Before> operator()(const RemoveFile& c) const { return file(c.path); }
    Result<Before> operator()(const MakeDirectory& c) const { return attributes(c.path); }
    Result<Before> operator()(const SetAttributes& c) const { return attributes(c.path); }
    Result<Before> operator()(const MakeLink& c) const { return file(c.path); }
    Result<Before> operator()(const CreateGroup& c) const
    {
        TRY_LET(const auto group, group_if_any(host, c.name));
        return BeforeUser{.existed = group.has_value()};
    }
    Result<Before> operator()(const CreateUser& c) const
    {
        TRY_LET(const auto user, user_if_any(host, c.name));
        TRY_LET(const auto group, group_if_any(host, c.name));
        return BeforeUser{.existed = user.has_value(), .own_group = group.has_value()};
    }
    Result<Before> operator()(const SetShell& c) const
    {
        TRY_LET(auto user, host.user(c.user));
        return BeforeUser{.existed = true, .shell = std::move(user.shell)};
    }
    Result<Before> operator()(const JoinGroup& c) const
    {
        TRY_LET(const auto user, user_if_any(host, c.user));
        TRY_LET(const bool was_member, is_in_group(host, c.user, c.group));
        return BeforeUser{.existed = user.has_value(), .was_member = was_member};
    }

    Result<Before> operator()(const SetBoolean& c) const
    {
        TRY_LET(const bool on, selinux::boolean(host, c.name));
        return BeforePolicy{.on = on};
    }
    Result<Before> operator()(const LabelFiles& c) const
    {
        return BeforePolicy{.type = selinux::own_type(host, c.tree)};
    }
    Result<Before> operator()(const InstallPackages& c) const
    {
        TRY_LET(auto present, packages::installed(host, c.tool, c.packages));
        return BeforePackages{.present = std::move(present)};
    }

    [[nodiscard]] Result<Before> file(std::string_view path) const
    {
        TRY_LET(auto found, look_at_file(host, path));
        return Before{std::move(found)};
    }
    [[nodiscard]] Result<Before> attributes(std::string_view path) const
    {
        TRY_LET(auto found, look_at_attributes(host, path));
        return Before{std::move(found)};
    }
};

}  // namespace

Result<BeforeFile> look_at_attributes(const HostView& host, std::string_view path)
{
    const auto info = host.stat(path);
    if (!info && info.error().kind == ErrorKind::not_found) return BeforeFile{};
    if (!info) return one::fail(info.error());
    return BeforeFile{.existed = true, .kind = info->kind, .mode = info->mode, .uid = info->uid, .gid = info->gid};
}

bool leaves_text_alone(const Change& change)
{
    return std::holds_alternative<SetAttributes>(change) || std::holds_alternative<MakeDirectory>(change);
}

Result<BeforeFile> look_at_file(const HostView& host, std::string_view path)
{
    TRY_LET(auto before, look_at_attributes(host, path));
    if (!before.existed) return before;
    if (before.kind == FileKind::file) {
        TRY_LET(before.text, host.read(path));
    } else if (before.kind == FileKind::symlink) {
        TRY_LET(before.text, host.read_link(path));
    }
    return before;
}

const std::string* path_of(const Change& change)
{
    return std::visit(
        [](const auto& one) -> const std::string* {
            if constexpr (requires { one.path; })
                return &one.path;
            else
                return nullptr;
        },
        change);
}

Result<Before> look_before(const HostView& host, const Change& change)
{
    return std::visit(Look{host}, change);
}

std::string hash_of(std::string_view text)
{
    return one::to_hex(one::sha256(text));
}

Result<std::optional<User>> user_if_any(const HostView& host, std::string_view name)
{
    return if_any(host.user(name));
}

Result<std::optional<Group>> group_if_any(const HostView& host, std::string_view name)
{
    return if_any(host.group(name));
}

Result<bool> is_in_group(const HostView& host, std::string_view user, std::string_view group)
{
    TRY_LET(const auto known_user, user_if_any(host, user));
    TRY_LET(const auto known_group, group_if_any(host, group));
    return known_user && known_group &&
           std::ranges::find(known_user->groups, known_group->gid) != known_user->groups.end();
}

}  // namespace onenode
