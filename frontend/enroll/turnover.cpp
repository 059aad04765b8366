// Counts nodes and tokens by the CA they know.
#include "frontend/enroll/turnover.hpp"

#include "common/http/tls.hpp"

namespace onefrontend {
namespace {

constexpr std::int64_t hour = 3600;

}  // namespace

Turnover count_turnover(const AuthorityRecord& newest, const std::vector<Node>& nodes, const std::vector<Token>& tokens,
                        std::int64_t now, std::chrono::seconds node_certificate_life)
{
    Turnover turnover;
    for (const Node& node : nodes) {
        if (node.banned) continue;
        (node.authority == newest.pin ? turnover.turned : turnover.left).push_back(node.name);
    }
    for (const Token& token : tokens)
        if (token.created_at < newest.at && token.expires_at > now && !token.revoked)
            turnover.tokens.push_back(token.id);
    const auto longest = std::chrono::seconds{node_certificate_life + one::http::lapsed_limit}.count();
    turnover.earliest_end = newest.at + hour;
    turnover.latest_end = newest.at + longest;
    return turnover;
}

bool is_over(const Turnover& turnover, std::int64_t now)
{
    if (now >= turnover.latest_end) return true;
    return turnover.left.empty() && turnover.tokens.empty() && now >= turnover.earliest_end;
}

Async<Result<Turnover>> find_turnover(Cloud& cloud, AuthorityRecord newest, std::int64_t now,
                                      std::chrono::seconds node_certificate_life)
{
    Nodes node_list{cloud};
    CO_TRY_LET(const auto nodes, co_await node_list.all());
    Tokens token_list{cloud};
    CO_TRY_LET(const auto tokens, co_await token_list.all());
    co_return count_turnover(newest, nodes, tokens, now, node_certificate_life);
}

}  // namespace onefrontend
