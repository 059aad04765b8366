// Owners by name: another machine may have other numbers.
#pragma once

#include "common/result.hpp"

#include <sys/types.h>

#include <map>
#include <string>

namespace onefrontend::backup {

class Accounts {
public:
    std::string user(uid_t number);
    std::string group(gid_t number);
    one::Result<uid_t> user(const std::string& name);
    one::Result<gid_t> group(const std::string& name);

private:
    std::map<uid_t, std::string> user_names_{};
    std::map<gid_t, std::string> group_names_{};
    std::map<std::string, uid_t> users_{};
    std::map<std::string, gid_t> groups_{};
};

}  // namespace onefrontend::backup
