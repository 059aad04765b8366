// Looks accounts up, and takes one on.
#include "frontend/cli/accounts.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace onefrontend::cli {

using one::ErrorKind;
using one::Result;

Result<Account> find_account(const std::string& name)
{
    std::array<char, 16384> space{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwnam_r(name.c_str(), &entry, space.data(), space.size(), &found) != 0 || !found)
        return one::fail({.kind = ErrorKind::not_found,
                          .thing = "account " + name,
                          .reason = "this machine has no such account",
                          .next = "install OpenNebula's packages, or set ssh_user and signer_user in the configuration",
                          .doing = "find"});
    return Account{.name = name, .user = found->pw_uid, .group = found->pw_gid};
}

Result<> may_make_files_of(const Account& serving, const Account& signing)
{
    const uid_t own = ::geteuid();
    if (own == 0 || (serving.user == own && signing.user == own)) return {};
    return one::fail({.kind = ErrorKind::denied,
                      .thing = "the files of " + serving.name + " and " + signing.name,
                      .reason = "only root may give files to both",
                      .next = "run the same command as root",
                      .doing = "make"});
}

Result<> must_run_as(const Account& account, const std::string& verb)
{
    if (::geteuid() == account.user) return {};
    return one::fail({.kind = ErrorKind::denied,
                      .thing = "onefrontend " + verb,
                      .reason = "it runs as " + account.name + " and as nobody else",
                      .next = "sudo -u " + account.name + " onefrontend " + verb,
                      .doing = "run"});
}

Result<> become(const Account& account)
{
    if (::geteuid() == account.user) return {};
    if (::setgroups(0, nullptr) == 0 && ::setgid(account.group) == 0 && ::setuid(account.user) == 0) return {};
    auto error = one::error_from_errno(errno, account.name);
    error.doing = "become";
    return one::fail(std::move(error));
}

}  // namespace onefrontend::cli
