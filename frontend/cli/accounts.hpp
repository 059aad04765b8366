// The two accounts of the front-end's side: who serves and who signs.
#pragma once

#include "common/result.hpp"
#include "frontend/config.hpp"

#include <sys/types.h>

#include <string>

namespace onefrontend::cli {

struct Account {
    std::string name{};
    uid_t user = 0;
    gid_t group = 0;
};

one::Result<Account> find_account(const std::string& name);

/// Root may make files of anybody; everybody else only their own.
one::Result<> may_make_files_of(const Account& serving, const Account& signing);

/// A daemon runs as the account its files belong to.
one::Result<> must_run_as(const Account& account, const std::string& verb);

/// From here on this process is that account, for good; nothing happens where it is already.
one::Result<> become(const Account& account);

}  // namespace onefrontend::cli
