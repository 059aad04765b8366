// Shadow's tools on the machine in memory, with the exit codes and the side effects that the real ones have.
#include "tests/unit/fake/fake_machine.hpp"

#include <algorithm>
#include <charconv>

namespace onenode {
namespace {

struct Options {
    std::map<std::string, std::string> values{};
    std::vector<std::string> names{};  // what is not an option: the account, last
};

constexpr std::string_view options_with_value[] = {"-u",         "-g",      "-d",         "-s",        "-p",    "-G",
                                                   "-aG",        "-a",      "--delete",   "-c",        "--uid", "--gid",
                                                   "--home-dir", "--shell", "--password", "--comment", "--add"};

Options parse(const std::vector<std::string>& argv)
{
    Options options;
    for (std::size_t index = 1; index < argv.size(); ++index) {
        const auto& word = argv[index];
        if (!word.starts_with('-')) {
            options.names.push_back(word);
        } else if (std::ranges::find(options_with_value, word) != std::end(options_with_value) &&
                   index + 1 < argv.size()) {
            options.values[word] = argv[++index];
        } else {
            options.values[word];
        }
    }
    return options;
}

std::string value(const Options& options, std::string_view brief, std::string_view full)
{
    for (const auto& [name, text] : options.values)
        if (name == brief || name == full) return text;
    return {};
}

std::uint32_t number(const std::string& text)
{
    std::uint32_t result = 0;
    std::from_chars(text.data(), text.data() + text.size(), result);
    return result;
}

CommandOutput refused(int code, std::string reason)
{
    return {.exit_code = code, .out = {}, .err = std::move(reason)};
}

Group* group_named(FakeMachine& machine, const std::string& name_or_number)
{
    for (auto& [name, group] : machine.groups)
        if (name == name_or_number || std::to_string(group.gid) == name_or_number) return &group;
    return nullptr;
}

CommandOutput groupadd(FakeMachine& machine, const Options& options)
{
    const auto gid = number(value(options, "-g", "--gid"));
    if (machine.groups.contains(options.names.back())) return refused(9, "groupadd: group already exists");
    if (group_named(machine, std::to_string(gid)) != nullptr) return refused(4, "groupadd: GID already exists");
    machine.groups[options.names.back()] = {.name = options.names.back(), .gid = gid};
    return {};
}

CommandOutput useradd(FakeMachine& machine, const Options& options)
{
    const auto& name = options.names.back();
    const auto uid = number(value(options, "-u", "--uid"));
    if (machine.users.contains(name)) return refused(9, "useradd: user already exists");
    for (const auto& [other, user] : machine.users)
        if (user.uid == uid) return refused(4, "useradd: UID is not unique");
    const Group* group = group_named(machine, value(options, "-g", "--gid"));
    if (group == nullptr) return refused(6, "useradd: group does not exist");
    const auto password = value(options, "-p", "--password");
    machine.users[name] = {.name = name,
                           .uid = uid,
                           .gid = group->gid,
                           .home = value(options, "-d", "--home-dir"),
                           .shell = value(options, "-s", "--shell"),
                           .groups = {group->gid},
                           .password_field = password.empty() ? "!" : password};
    return {};
}

CommandOutput leave_group(FakeMachine& machine, const std::string& user, const std::string& group_name)
{
    Group* group = group_named(machine, group_name);
    if (group == nullptr || std::erase(group->members, user) == 0) return refused(3, "gpasswd: user is not a member");
    std::erase(machine.users[user].groups, group->gid);
    return {};
}

CommandOutput join_group(FakeMachine& machine, const std::string& user, const std::string& group_name)
{
    Group* group = group_named(machine, group_name);
    if (group == nullptr || !machine.users.contains(user)) return refused(6, "usermod: group or user does not exist");
    if (std::ranges::find(group->members, user) != group->members.end()) return {};
    group->members.push_back(user);
    machine.users[user].groups.push_back(group->gid);
    return {};
}

CommandOutput usermod(FakeMachine& machine, const Options& options)
{
    const auto& name = options.names.back();
    if (!machine.users.contains(name)) return refused(6, "usermod: user does not exist");
    if (const auto group = value(options, "-aG", "-G"); !group.empty()) return join_group(machine, name, group);
    if (const auto shell = value(options, "-s", "--shell"); !shell.empty()) machine.users[name].shell = shell;
    return {};
}

CommandOutput userdel(FakeMachine& machine, const Options& options)
{
    const auto& name = options.names.back();
    const auto found = machine.users.find(name);
    if (found == machine.users.end()) return refused(6, "userdel: user does not exist");
    for (const auto& process : machine.processes)
        if (process.uid == found->second.uid) return refused(8, "userdel: user is currently used by a process");
    machine.users.erase(found);
    for (auto& [group_name, group] : machine.groups)
        std::erase(group.members, name);
    const auto own = machine.groups.find(name);  // USERGROUPS_ENAB takes a user's own group along
    if (own != machine.groups.end() && own->second.members.empty()) machine.groups.erase(own);
    return {};
}

CommandOutput groupdel(FakeMachine& machine, const Options& options)
{
    const auto found = machine.groups.find(options.names.back());
    if (found == machine.groups.end()) return refused(6, "groupdel: group does not exist");
    for (const auto& [name, user] : machine.users)
        if (user.gid == found->second.gid) return refused(8, "groupdel: cannot remove the primary group of a user");
    machine.groups.erase(found);
    return {};
}

}  // namespace

std::optional<CommandOutput> run_account_tool(FakeMachine& machine, const std::vector<std::string>& argv)
{
    if (argv.size() < 2) return std::nullopt;
    const auto options = parse(argv);
    const std::string tool = argv[0].substr(argv[0].rfind('/') + 1);
    if (tool == "groupadd") return groupadd(machine, options);
    if (tool == "useradd") return useradd(machine, options);
    if (tool == "usermod") return usermod(machine, options);
    if (tool == "userdel") return userdel(machine, options);
    if (tool == "groupdel") return groupdel(machine, options);
    if (tool == "gpasswd" && options.values.contains("--delete"))
        return leave_group(machine, options.values.at("--delete"), options.names.back());
    if (tool == "gpasswd" && options.values.contains("--add"))
        return join_group(machine, options.values.at("--add"), options.names.back());
    return std::nullopt;
}

}  // namespace onenode
