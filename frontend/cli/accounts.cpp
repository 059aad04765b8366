#include "frontend/cli/accounts.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>

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

}  // namespace onefrontend::cli
