// Counts wrong tokens within a window that is the same for all; IPv6 counts by the /64.
#include "frontend/api/attempts.hpp"

#include "common/http/one_peer.hpp"
#include "common/join_token.hpp"

#include <array>

namespace onefrontend::api {
namespace {

template <class Key>
bool has_reached(const std::map<Key, int>& counts, const Key& key, int limit)
{
    const auto found = counts.find(key);
    return found != counts.end() && found->second >= limit;
}

}  // namespace

std::string_view to_string(LimitedBy limit)
{
    constexpr std::array<std::string_view, 4> words{"nothing", "token", "source", "everybody"};
    return words[static_cast<std::size_t>(limit)];
}

int id_of_token(const one::Secret& shown)
{
    const auto token = one::parse_join_token(shown.reveal());
    return token ? token->id : -1;
}

Wait Attempts::must_wait(const std::string& address, std::int64_t now) const
{
    if (is_over(now)) return {};
    const std::int64_t rest = since_ + limits_.window - now;
    if (has_reached(of_source_, one::http::network_of_one_peer(address), limits_.of_source))
        return {LimitedBy::source, rest};
    if (all_ >= limits_.of_all) return {LimitedBy::everybody, rest};
    return {};
}

Wait Attempts::must_wait(const std::string& address, int token, std::int64_t now) const
{
    if (is_over(now)) return {};
    if (has_reached(of_token_, {one::http::network_of_one_peer(address), token}, limits_.of_token))
        return {LimitedBy::token, since_ + limits_.window - now};
    return must_wait(address, now);
}

void Attempts::failed(const std::string& address, int token, std::int64_t now)
{
    if (is_over(now)) {  // also after the clock was set back
        *this = Attempts{limits_};
        since_ = now;
    }
    if (all_ >= limits_.of_all) return;  // requests that were under way when the ceiling was reached
    ++all_;
    const auto source = one::http::network_of_one_peer(address);
    ++of_source_[source];
    ++of_token_[{source, token}];
}

}  // namespace onefrontend::api
