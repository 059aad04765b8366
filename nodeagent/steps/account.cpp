// The account that OpenNebula's drivers log in to and own everything with.
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/steps/login_umask.hpp"
#include "nodeagent/steps/steps.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace onenode::steps {
namespace {

constexpr auto reads = [] {
    std::array<std::string_view, login_files.size() + 1> paths{oneadmin::home};
    std::ranges::copy(login_files, paths.begin() + 1);
    return paths;
}();

// The drivers pipe scripts into `bash -s` and quote for a POSIX shell.
bool runs_scripts(std::string_view shell)
{
    return shell.ends_with("/bash") || shell.ends_with("/sh");
}

Changes plan(const Facts& facts, const DesiredState&)
{
    Changes changes;
    const std::string name{oneadmin::name};
    const Group* group = facts.group(name);
    const User* user = facts.user(name);
    if (group == nullptr)
        changes.push_back(
            CreateGroup{.name = name, .gid = oneadmin::id, .why = "OpenNebula's files belong to this group"});
    if (user == nullptr)
        changes.push_back(CreateUser{.name = name,
                                     .uid = oneadmin::id,
                                     .gid = group != nullptr ? group->gid : oneadmin::id,
                                     .home = std::string{oneadmin::home},
                                     .shell = std::string{oneadmin::shell},
                                     .why = "OpenNebula's drivers log in to this account"});
    else if (!runs_scripts(user->shell) && user->local)
        changes.push_back(SetShell{
            .user = name, .shell = std::string{oneadmin::shell}, .why = "drivers cannot run in " + user->shell});
    want_directory(changes, facts, oneadmin::home, 0750, "sshd ignores keys below a home that others can write");
    std::ranges::move(want_login_umask(facts), std::back_inserter(changes));
    return changes;
}

}  // namespace

constinit const Step account{"account", "oneadmin exists, with the ids it has on the front-end", reads, plan};

}  // namespace onenode::steps
