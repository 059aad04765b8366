// The key is written before the document that names it: killed in between, the next start goes on with it.
#include "frontend/cli/ssh_authority_key.hpp"

#include "common/identity/ssh_authority.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/enroll/leadership.hpp"
#include "frontend/enroll/ssh_authority.hpp"

#include <unistd.h>

namespace onefrontend::cli {
namespace {

/// Nothing where there is no file.
Result<one::Secret> read_key(const StatePaths& paths)
{
    auto text = read_small_file(paths.ssh_authority_key(), Links::refuse);
    if (!text && text.error().kind == one::ErrorKind::not_found) return one::Secret{};
    if (!text) return one::fail(text.error());
    return one::Secret{*std::move(text)};
}

Async<Result<one::Secret>> make_key(Cloud& cloud, StatePaths paths, Owner signing)
{
    CO_TRY_LET(const auto known, co_await find_ssh_authority(cloud));
    if (known.id >= 0) co_return one::fail(another_ssh_authority(known));
    Leadership leadership{cloud};  // a follower may not know of a key yet
    CO_TRY(co_await leadership.check());
    CO_TRY_LET(auto key, one::identity::make_ssh_authority());
    CO_TRY(replace_file(paths.ssh_authority_key(), key.reveal(), 0600, signing));
    co_return key;
}

}  // namespace

Async<Result<one::Secret>> keep_ssh_authority(Cloud& cloud, StatePaths paths, Owner signing,
                                              std::chrono::system_clock::time_point now)
{
    CO_TRY_LET(auto key, read_key(paths));
    const bool is_new = key.empty();
    if (is_new) {
        CO_TRY_LET(key, co_await make_key(cloud, paths, signing));
    }
    CO_TRY_LET(const auto shown, one::identity::ssh_public_key_of(key));
    SshAuthorityRecord ours;
    ours.key = to_line(shown);
    ours.made_on = own_host_name();
    ours.at = std::chrono::system_clock::to_time_t(now);
    const auto recorded = co_await record_ssh_authority(cloud, ours);
    if (recorded) co_return key;
    if (is_new && recorded.error().kind == one::ErrorKind::conflict) ::unlink(paths.ssh_authority_key().c_str());
    co_return one::fail(recorded.error());
}

}  // namespace onefrontend::cli
