// Finds both accounts.
#include "frontend/cli/places.hpp"

#include "frontend/cli/accounts.hpp"

namespace onefrontend::cli {

one::Result<Places> find_places(const Config& config)
{
    TRY_LET(const auto serving, find_account(config.ssh_user));
    TRY_LET(const auto signing, find_account(config.signer_user));
    TRY(may_make_files_of(serving, signing));
    return Places{StatePaths{config.state_dir}, {serving.user, serving.group}, {signing.user, signing.group}};
}

}  // namespace onefrontend::cli
