// A keyed digest of node and minute.
#include "frontend/api/challenges.hpp"

#include "common/identity/signature.hpp"
#include "common/text/encoding.hpp"

#include <fmt/format.h>

namespace onefrontend::api {

static constexpr std::size_t key_bytes = 32;
static constexpr std::int64_t life = 60;  // seconds

Challenges::Challenges() : key_(one::random_bytes(key_bytes)) {}

std::string Challenges::of_minute(int node, std::int64_t minute) const
{
    return one::identity::mac(key_, fmt::format("recover {} {}", node, minute));
}

std::string Challenges::make(int node, std::int64_t now) const
{
    return of_minute(node, now / life);
}

bool Challenges::is_ours(const std::string& nonce, int node, std::int64_t now) const
{
    return nonce == of_minute(node, now / life) || nonce == of_minute(node, now / life - 1);
}

}  // namespace onefrontend::api
