// Writes the nonce of a login proof.
#include "nodeagent/link/login_nonce.hpp"

#include "common/text/letters.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace onenode {
namespace {

constexpr const char* group = "oneadmin";

Result<> must_lie_in_run_dir(const std::string& path)
{
    const std::string parent = std::string{places::run_dir} + '/';
    const std::string_view name = std::string_view{path}.substr(std::min(parent.size(), path.size()));
    const bool plain = !name.empty() && name.size() <= 100 && name.front() != '.' && one::consists_of(name, "-_.");
    if (path.starts_with(parent) && plain && path != places::agent_status) return {};
    return one::fail({.kind = ErrorKind::untrusted,
                      .thing = path,
                      .reason = fmt::format("the front-end asks for a file outside of {}", places::run_dir),
                      .next = "compare versions: onenode version, onefrontend version",
                      .doing = "write"});
}

Result<> write(Host& host, const one::wire::LoginChallenge& challenge)
{
    TRY(must_lie_in_run_dir(challenge.path));
    TRY(host.make_directory({.path = places::run_dir, .mode = 0750, .group = group}));
    return host.write({.path = challenge.path, .text = challenge.nonce + '\n', .mode = 0640, .group = group});
}

}  // namespace

Result<> write_login_nonce(Host& host, const one::wire::LoginChallenge& challenge)
{
    return write(host, challenge).map_error(one::while_doing("write the nonce"));
}

}  // namespace onenode
