// The credentials: the first line of one_auth, as oned itself reads it.
#include "frontend/oned/client.hpp"

#include <cerrno>
#include <fstream>

namespace onefrontend::oned {

Result<one::Secret> read_session(const std::string& path)
{
    std::ifstream file{path};
    if (!file) {
        auto error = one::error_from_errno(errno, path);
        error.doing = "read OpenNebula's credentials in";
        error.next = "set oned_auth to the one_auth of an account in the group oneadmin, readable by this process";
        return one::fail(std::move(error));
    }
    std::string line;
    std::getline(file, line);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t'))
        line.pop_back();
    const auto colon = line.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == line.size()) {
        one::wipe(line);
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = path,
                          .reason = "its first line is not user:password",
                          .next = "write it as oneadmin:PASSWORD",
                          .doing = "read OpenNebula's credentials in"});
    }
    return one::Secret{std::move(line)};
}

}  // namespace onefrontend::oned
