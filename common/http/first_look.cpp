// Whose CA a server presents, for a person to compare before anything is trusted.
#include "common/http/client.hpp"

#include "common/http/dial.hpp"

namespace one::http {

Async<Result<std::string>> presented_pin(Target target, ClientLimits limits)
{
    CO_TRY_LET(auto tls, make_looking_tls());
    const std::vector<Target> targets{std::move(target)};
    CO_TRY_LET(const auto connection, co_await dial(targets, std::move(tls), limits));
    co_return connection->handshake.presented_pin;
}

}  // namespace one::http
