// onefrontend ca status
#include "frontend/cli/admin.hpp"
#include "frontend/enroll/ssh_authority.hpp"

#include <fmt/format.h>

namespace onefrontend::cli {

Async<Result<Exit>> ca_status(Admin& admin)
{
    CO_TRY_LET(const auto authority, co_await find_authority(*admin.cloud));
    CO_TRY_LET(const auto ssh, co_await find_ssh_authority(*admin.cloud));
    std::string fingerprint;
    if (const auto key = one::ssh::parse_public_key(ssh.key)) fingerprint = one::ssh::fingerprint(*key);
    Json fields{{"fingerprint", admin.pin},
                {"made_on", authority.made_on},
                {"made_at", authority.at},
                {"ssh_fingerprint", fingerprint}};
    const auto said =
        fmt::format("fingerprint  {}\nmade         on {}, {}\nSSH hosts    {}\n\nThe first one is what `onenode join` "
                    "shows, and takes as --fingerprint; join tokens carry it. The other one vouches for the nodes' SSH "
                    "host keys.",
                    admin.pin, authority.made_on, when(authority.at),
                    fingerprint.empty() ? "none yet; the signer makes it when it starts" : fingerprint);
    admin.terminal->say(said, "ca", std::move(fields));
    co_return Exit::ok;
}

}  // namespace onefrontend::cli
