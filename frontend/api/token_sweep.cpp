// The sweep of tokens: revoked first, removed a day later, then their claims.
#include "frontend/api/token_sweep.hpp"

#include "frontend/oned/document_types.hpp"

#include <set>

namespace onefrontend::api {
namespace {

constexpr std::int64_t day = 24 * 60 * 60;
constexpr std::int64_t idle_life = 7 * day;  // after its end a machine may still go on with a token that it has spent

/// The signer asks for the token also when a joined node renews: as long as there is the node, its token stays.
Async<Result<std::set<int>>> tokens_of_nodes(Cloud& cloud)
{
    CO_TRY_LET(const auto documents, co_await cloud.documents(node_document));
    std::set<int> tokens;
    for (const auto& document : documents) {
        CO_TRY_LET(const auto node, node_from_json(document.id, document.body));
        tokens.insert(node.token_id);
    }
    co_return tokens;
}

Async<Result<>> tell(Service& service, std::string_view event, int token)
{
    AuditEvent told;
    told.event = event;
    told.time_ms = service.now_ms();
    told.fields.emplace_back("token", std::to_string(token));
    told.fields.emplace_back("reason", "expired");
    co_return co_await tell_audit(service, std::move(told));
}

/// Revoked first: from then on no machine gets further with it, and a node that came in just before is seen next time.
Async<Result<>> sweep_token(Service& service, Token token)
{
    const std::int64_t idle = service.now_ms() / 1000 - token.expires_at - idle_life;
    if (idle < 0 || (token.revoked && idle < day)) co_return Result<>{};
    CO_TRY(co_await tell(service, token.revoked ? "token-removed" : "token-revoked", token.id));
    if (token.revoked) {
        CO_TRY(co_await service.cloud->delete_document(token.id));
    } else {
        Tokens tokens{*service.cloud};
        CO_TRY(co_await tokens.revoke(token.id));
    }
    co_return Result<>{};
}

/// Without its token a claim holds nothing.
Async<Result<>> remove_orphans(Cloud& cloud, std::vector<oned::Document> claims, std::set<int> tokens)
{
    for (const auto& document : claims) {
        CO_TRY_LET(const auto claim, claim_from_json(document.id, document.body));
        if (!tokens.contains(claim.token)) CO_TRY(co_await cloud.delete_document(document.id));
    }
    co_return Result<>{};
}

}  // namespace

Async<Result<>> sweep_tokens(Service& service)
{
    Cloud& cloud = *service.cloud;
    // Claims before tokens: a claim comes after its token, so one in this list whose token is not in the next has none.
    CO_TRY_LET(const auto claims, co_await cloud.documents(claim_document));
    CO_TRY_LET(const auto documents, co_await cloud.documents(token_document));
    CO_TRY_LET(const auto used, co_await tokens_of_nodes(cloud));
    std::set<int> ids;
    for (const auto& document : documents)
        ids.insert(document.id);
    CO_TRY(co_await remove_orphans(cloud, claims, ids));
    for (const auto& document : documents) {
        if (used.contains(document.id)) continue;
        CO_TRY_LET(const auto token, token_from_json(document.id, document.body));
        CO_TRY(co_await sweep_token(service, token));
    }
    co_return Result<>{};
}

}  // namespace onefrontend::api
