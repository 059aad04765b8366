// onefrontend ca status
#include "frontend/cli/admin.hpp"

#include <fmt/format.h>

namespace onefrontend::cli {

Async<Result<Exit>> ca_status(Admin& admin)
{
    CO_TRY_LET(const auto authority, co_await find_authority(*admin.cloud));
    Json fields{{"fingerprint", admin.pin}, {"made_on", authority.made_on}, {"made_at", authority.at}};
    const auto said =
        fmt::format("fingerprint  {}\nmade         on {}, {}\n\nIt is what `onenode join` shows, and takes "
                    "as --fingerprint; join tokens carry it.",
                    admin.pin, authority.made_on, when(authority.at));
    admin.terminal->say(said, "ca", std::move(fields));
    co_return Exit::ok;
}

}  // namespace onefrontend::cli
