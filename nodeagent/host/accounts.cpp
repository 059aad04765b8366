// Lines of passwd, group and shadow, read from the files and from getent alike.
#include "nodeagent/host/accounts.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <algorithm>

namespace onenode {
namespace {

std::vector<std::string> fields_of(std::string_view line)
{
    std::vector<std::string> fields;
    for (;;) {
        const auto colon = line.find(':');
        fields.emplace_back(line.substr(0, colon));
        if (colon == std::string_view::npos) return fields;
        line.remove_prefix(colon + 1);
    }
}

std::optional<User> parse_user(std::string_view line)
{
    const auto fields = fields_of(line);
    if (fields.size() < 7) return std::nullopt;
    const auto uid = one::to_number<std::uint32_t>(fields[2]);
    const auto gid = one::to_number<std::uint32_t>(fields[3]);
    if (!uid || !gid) return std::nullopt;
    return User{.name = fields[0],
                .uid = *uid,
                .gid = *gid,
                .home = fields[5],
                .shell = fields[6].empty() ? "/bin/sh" : fields[6],  // passwd(5)
                .groups = {*gid},
                .password_field = fields[1]};
}

std::optional<Group> parse_group(std::string_view line)
{
    const auto fields = fields_of(line);
    if (fields.size() < 4) return std::nullopt;
    const auto gid = one::to_number<std::uint32_t>(fields[2]);
    if (!gid) return std::nullopt;
    Group group{.name = fields[0], .gid = *gid};
    std::string_view members = fields[3];
    while (!members.empty()) {
        const auto comma = members.find(',');
        if (comma != 0) group.members.emplace_back(members.substr(0, comma));
        members.remove_prefix(comma == std::string_view::npos ? members.size() : comma + 1);
    }
    return group;
}

// A file that is not there names nobody; of one that cannot be read nobody knows.
Result<std::string> text_of(const Tree& tree, std::string_view path)
{
    auto text = tree.read(path);
    if (!text && text.error().kind == ErrorKind::not_found) return std::string{};
    return std::move(text).map_error(one::while_doing("read"));
}

std::string password_class(std::string_view field)
{
    if (field.empty() || field.starts_with('*') || field.starts_with('!')) return std::string{field.substr(0, 1)};
    return "x";
}

Result<> read_password_class(const Tree& tree, User& user)
{
    const auto shadow = text_of(tree, "/etc/shadow");
    if (!shadow && shadow.error().kind != ErrorKind::denied) return one::fail(shadow.error());
    for (const auto& line : one::split_lines(shadow.value_or(""))) {
        const auto fields = fields_of(line);
        if (fields.size() > 1 && fields[0] == user.name) user.password_field = fields[1];
    }
    user.password_field = password_class(user.password_field);
    return {};
}

// Only where the machine is told to ask further than its files.
bool uses_directory(const Tree& tree, std::string_view database)
{
    const auto text = tree.read("/etc/nsswitch.conf").value_or("");
    for (const auto& line : one::split_lines(text)) {
        if (!line.starts_with(database) || line.size() <= database.size() || line[database.size()] != ':') continue;
        const auto words = one::split_words(std::string_view{line}.substr(database.size() + 1));
        return std::ranges::any_of(words, [](const std::string& word) {
            return word != "files" && word != "compat" && word != "systemd" && !word.starts_with('[');
        });
    }
    return false;
}

Result<> add_groups(const Tree& tree, User& user, const AskDirectory& ask)
{
    const auto add = [&user](std::uint32_t gid) {
        if (std::ranges::find(user.groups, gid) == user.groups.end()) user.groups.push_back(gid);
    };
    TRY_LET(const auto text, text_of(tree, "/etc/group"));
    for (const auto& line : one::split_lines(text)) {
        const auto group = parse_group(line);
        if (group && std::ranges::find(group->members, user.name) != group->members.end()) add(group->gid);
    }
    if (!uses_directory(tree, "group")) return {};
    const auto more = ask({"getent", "initgroups", user.name});
    if (!more || !more->ok()) return {};
    const auto words = one::split_words(more->out);
    for (std::size_t index = 1; index < words.size(); ++index)
        if (const auto gid = one::to_number<std::uint32_t>(words[index])) add(*gid);
    return {};
}

template <class Match>
Result<std::optional<User>> local_user(const Tree& tree, const Match& match)
{
    TRY_LET(const auto text, text_of(tree, "/etc/passwd"));
    for (const auto& line : one::split_lines(text))
        if (auto user = parse_user(line); user && match(*user)) return user;
    return std::optional<User>{};
}

template <class Match>
Result<std::optional<Group>> local_group(const Tree& tree, const Match& match)
{
    TRY_LET(const auto text, text_of(tree, "/etc/group"));
    for (const auto& line : one::split_lines(text))
        if (auto group = parse_group(line); group && match(*group)) return group;
    return std::optional<Group>{};
}

std::string first_line(const Result<CommandOutput>& output)
{
    return output && output->ok() ? output->out.substr(0, output->out.find('\n')) : std::string{};
}

Result<User> finished(const Tree& tree, Result<std::optional<User>> found, const std::string& key,
                      const AskDirectory& ask)
{
    TRY_LET(auto user, std::move(found));
    if (!user && uses_directory(tree, "passwd")) {
        user = parse_user(first_line(ask({"getent", "passwd", key})));
        if (user) user->local = false;
    }
    if (!user)
        return one::fail({.kind = ErrorKind::not_found,
                          .thing = "user " + key,
                          .reason = "there is no such user",
                          .next = "getent passwd " + key,
                          .doing = "find"});
    if (user->local) {
        TRY(read_password_class(tree, *user));
    } else {
        user->password_field = password_class(user->password_field);
    }
    TRY(add_groups(tree, *user, ask));
    return *std::move(user);
}

Result<Group> finished(const Tree& tree, Result<std::optional<Group>> found, const std::string& key,
                       const AskDirectory& ask)
{
    TRY_LET(auto group, std::move(found));
    if (!group && uses_directory(tree, "group")) group = parse_group(first_line(ask({"getent", "group", key})));
    if (!group)
        return one::fail({.kind = ErrorKind::not_found,
                          .thing = "group " + key,
                          .reason = "there is no such group",
                          .next = "getent group " + key,
                          .doing = "find"});
    return *std::move(group);
}

}  // namespace

Result<User> find_user(const Tree& tree, std::string_view name, const AskDirectory& ask)
{
    return finished(tree, local_user(tree, [name](const User& user) { return user.name == name; }), std::string{name},
                    ask);
}

Result<User> find_user(const Tree& tree, std::uint32_t uid, const AskDirectory& ask)
{
    return finished(tree, local_user(tree, [uid](const User& user) { return user.uid == uid; }), std::to_string(uid),
                    ask);
}

Result<Group> find_group(const Tree& tree, std::string_view name, const AskDirectory& ask)
{
    return finished(tree, local_group(tree, [name](const Group& group) { return group.name == name; }),
                    std::string{name}, ask);
}

Result<Group> find_group(const Tree& tree, std::uint32_t gid, const AskDirectory& ask)
{
    return finished(tree, local_group(tree, [gid](const Group& group) { return group.gid == gid; }),
                    std::to_string(gid), ask);
}

}  // namespace onenode
