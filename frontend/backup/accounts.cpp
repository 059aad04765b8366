// Each is looked up once.
#include "frontend/backup/accounts.hpp"

#include "common/text/number.hpp"
#include "common/text/printable.hpp"

#include <grp.h>
#include <pwd.h>

namespace onefrontend::backup {
namespace {

/// A number is a name of itself, where the account had none.
template <class Number>
one::Result<Number> known(std::map<std::string, Number>& seen, const std::string& name, const Number* found)
{
    const auto bare = one::to_number<Number>(name);
    if (!found && !bare)
        return one::fail({.kind = one::ErrorKind::not_found,
                          .thing = "account " + one::printable(name),
                          .reason = "the backup has files of it, and it is not here",
                          .next = "install the packages that the old front-end had, then restore",
                          .doing = "find"});
    return seen.emplace(name, found ? *found : *bare).first->second;
}

}  // namespace

std::string Accounts::user(uid_t number)
{
    auto& name = user_names_[number];
    if (!name.empty()) return name;
    const passwd* entry = ::getpwuid(number);
    return name = entry ? entry->pw_name : std::to_string(number);
}

std::string Accounts::group(gid_t number)
{
    auto& name = group_names_[number];
    if (!name.empty()) return name;
    const auto* entry = ::getgrgid(number);
    return name = entry ? entry->gr_name : std::to_string(number);
}

one::Result<uid_t> Accounts::user(const std::string& name)
{
    if (const auto seen = users_.find(name); seen != users_.end()) return seen->second;
    const passwd* entry = ::getpwnam(name.c_str());
    return known(users_, name, entry ? &entry->pw_uid : nullptr);
}

one::Result<gid_t> Accounts::group(const std::string& name)
{
    if (const auto seen = groups_.find(name); seen != groups_.end()) return seen->second;
    const auto* entry = ::getgrnam(name.c_str());
    return known(groups_, name, entry ? &entry->gr_gid : nullptr);
}

}  // namespace onefrontend::backup
