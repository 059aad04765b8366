// Stores a claim, ranks it among the others and settles who won.
#include "frontend/enroll/claims.hpp"

#include "frontend/enroll/json.hpp"
#include "frontend/oned/document_types.hpp"

#include <algorithm>
#include <unordered_set>

namespace onefrontend {
namespace {

constexpr std::size_t most_ranked = 16;  // tokens: of each, all keys that ever claimed are kept

const Claim* claim_of(const std::vector<Claim>& claims, const std::string& key)
{
    const auto found = std::ranges::find(claims, key, &Claim::key);
    return found == claims.end() ? nullptr : &*found;
}

std::vector<std::string_view> first_keys(const std::vector<Claim>& claims, int uses)
{
    std::vector<std::string_view> keys;
    std::unordered_set<std::string_view> seen;
    for (const Claim& claim : claims) {
        if (keys.size() == static_cast<std::size_t>(uses)) break;
        if (seen.insert(claim.key).second) keys.push_back(claim.key);
    }
    return keys;
}

bool won(const std::vector<Claim>& claims, int uses, std::string_view key)
{
    return std::ranges::count(first_keys(claims, uses), key) > 0;
}

bool is_full(const std::vector<Claim>& claims, int uses)
{
    return first_keys(claims, uses).size() == static_cast<std::size_t>(uses);
}

bool is_closed(const std::vector<Claim>& claims, const std::string& key)
{
    return std::ranges::any_of(claims, [&](const Claim& claim) { return claim.key == key && claim.closed; });
}

std::string document_name(const Claim& claim)
{
    return "onenode-claim-" + std::to_string(claim.token);
}

}  // namespace

std::string to_json(const Claim& claim)
{
    const Json tree{{"token", claim.token}, {"key", claim.key}, {"closed", claim.closed}, {"at", claim.at}};
    return dump(tree);
}

static Result<Claim> read_claim(int document_id, std::string_view json)
{
    TRY_LET(const Json tree, parse_json(json));
    Claim claim;
    claim.id = document_id;
    JsonFields fields{tree};
    fields.required("token", claim.token);
    fields.required("key", claim.key);
    fields.optional("closed", claim.closed);
    fields.optional("at", claim.at);
    TRY(fields.outcome());
    return claim;
}

Result<Claim> claim_from_json(int document_id, std::string_view json)
{
    return read_claim(document_id, json).map_error(unreadable("claim", document_id));
}

std::vector<std::string> winners(const std::vector<Claim>& claims, int uses)
{
    const auto keys = first_keys(claims, uses);
    return {keys.begin(), keys.end()};
}

Async<Result<std::vector<Claim>>> Claims::of_token(int token_id)
{
    CO_TRY_LET(const auto claims, co_await look(token_id));
    co_return claims->all();
}

Async<Result<std::shared_ptr<const Readings<Claim>>>> Claims::look(int token_id)
{
    std::string question = "claims of " + std::to_string(token_id);
    const auto find = [this, token_id](std::shared_ptr<const Readings<Claim>> last) {
        return read(token_id, std::move(last));
    };
    co_return co_await oned::ask_together<Readings<Claim>>(cloud_->together(), std::move(question), find);
}

Async<Result<std::shared_ptr<const Readings<Claim>>>> Claims::look_anew(int token_id)
{
    CO_TRY_LET(auto seen, co_await look(token_id));
    Ranks ranks;
    for (const Claim& claim : seen->all())
        ranks.add(claim);
    ranks_[token_id] = std::move(ranks);
    co_return seen;
}

Async<Result<Readings<Claim>>> Claims::read(int token_id, std::shared_ptr<const Readings<Claim>> last)
{
    CO_TRY_LET(auto documents, co_await cloud_->documents(claim_document, token_id));
    Readings<Claim> claims;
    for (auto& document : documents) {
        const Claim* known = last ? last->find(document) : nullptr;
        // One that cannot be read might be anybody's: to leave it out could let one machine too many in.
        CO_TRY_LET(auto claim, known ? Result<Claim>{*known} : claim_from_json(document.id, document.body));
        if (claim.token == token_id) claims.add(std::move(claim), std::move(document.body));
    }
    co_return claims;
}

Async<Result<Examined>> Claims::judge(int token_id, one::Secret secret, std::int64_t now)
{
    Examined seen;
    Tokens tokens{*cloud_};
    auto token = co_await tokens.get(token_id);
    if (!token && token.error().kind != one::ErrorKind::not_found) co_return one::fail(token.error());
    seen.fault = token ? fault_of(*token, secret, now) : TokenFault::unknown;
    if (token) seen.token = *std::move(token);
    co_return seen;
}

Async<Result<Examined>> Claims::examine(int token_id, one::Secret secret, std::string key, std::int64_t now)
{
    CO_TRY_LET(auto judged, co_await judge(token_id, std::move(secret), now));
    co_return co_await examine(std::move(judged), token_id, std::move(key));
}

Async<Result<Examined>> Claims::examine(Examined judged, int token_id, std::string key)
{
    if (judged.fault && judged.fault != TokenFault::expired) co_return judged;
    CO_TRY(co_await look_further(token_id));
    const auto& keys = ranks_[token_id].keys;
    // The ordinary case: a key that never claimed, of a token that has uses left. Anything else is told by all claims.
    if (keys.size() < static_cast<std::size_t>(judged.token.uses) && !keys.contains(key)) co_return judged;

    CO_TRY_LET(const auto seen, co_await look_anew(token_id));
    const auto& claims = seen->all();
    if (const Claim* own = claim_of(claims, key)) {  // a machine goes on with the token it spent, also past its life
        judged.own_claim = own->id;
        judged.fault.reset();
        if (is_closed(claims, key)) judged.fault = TokenFault::used;
    } else if (!judged.fault && is_full(claims, judged.token.uses)) {
        judged.fault = TokenFault::used;
    }
    co_return judged;
}

Async<Result<ClaimOutcome>> Claims::claim(int token_id, one::Secret secret, std::string key, std::int64_t now)
{
    CO_TRY_LET(const auto seen, co_await examine(token_id, std::move(secret), key, now));
    if (seen.fault) co_return *seen.fault;
    co_return co_await claim_examined(token_id, std::move(key), seen.own_claim, now);
}

Async<Result<ClaimOutcome>> Claims::claim_examined(int token_id, std::string key, int own_claim, std::int64_t now)
{
    if (own_claim < 0) {
        Claim wanted;
        wanted.token = token_id;
        wanted.key = key;
        wanted.at = now;
        CO_TRY_LET(own_claim,
                   co_await cloud_->allocate_document(claim_document, document_name(wanted), to_json(wanted)));
    }
    co_return co_await settle(token_id, std::move(key), own_claim);
}

std::vector<int> Claims::claims_of_winner(int token_id, const std::string& key, int uses) const
{
    const auto ranks = ranks_.find(token_id);
    if (ranks == ranks_.end()) return {};
    const auto place = ranks->second.keys.find(key);
    const bool is_winner = place != ranks->second.keys.end() && place->second.rank < static_cast<std::size_t>(uses);
    return is_winner ? place->second.claims : std::vector<int>{};
}

// Every read here comes after our claim is stored.
Async<Result<ClaimOutcome>> Claims::settle(int token_id, std::string key, int own_claim)
{
    Tokens tokens{*cloud_};
    const auto present = co_await tokens.get(token_id);
    if (!present && present.error().kind != one::ErrorKind::not_found) co_return one::fail(present.error());
    // Our claim stays where it is: a twin of this request may have been granted before the token was revoked.
    if (!present || present->revoked) co_return TokenFault::revoked;

    CO_TRY_LET(const auto news, co_await look_further(token_id));
    // The ordinary case: ours has just come, is the only one of its key and ranks high enough. Nothing is left to settle.
    const auto told = std::ranges::find(*news, own_claim, &Claim::id);
    const bool is_open = told != news->end() && !told->closed;
    if (is_open && claims_of_winner(token_id, key, present->uses) == std::vector<int>{own_claim}) co_return Granted{};

    CO_TRY_LET(const auto seen, co_await look_anew(token_id));
    const auto& claims = seen->all();
    const Claim* own = claim_of(claims, key);
    if (!won(claims, present->uses, key)) {
        if (!own && !is_full(claims, present->uses))  // an oned that lags behind answered
            co_return one::fail({.kind = one::ErrorKind::busy,
                                 .thing = "token " + std::to_string(token_id),
                                 .reason = "OpenNebula does not show our claim yet",
                                 .next = "try again",
                                 .doing = "claim"});
        CO_TRY(co_await withdraw(own_claim));
        CO_TRY(co_await withdraw_others(claims, key, own_claim));
        co_return TokenFault::used;
    }
    if (is_closed(claims, key)) co_return TokenFault::used;
    CO_TRY(co_await withdraw_others(claims, key, own->id));  // our key asked twice at once; the first one counts
    co_return Granted{};
}

Async<Result<>> Claims::withdraw(int claim)
{
    CO_TRY(co_await cloud_->delete_document(claim));  // whether it was us or a twin who deleted it is the same
    co_return Result<>{};
}

/// All of this key but one: those of twins of our request, which may have died.
Async<Result<>> Claims::withdraw_others(const std::vector<Claim>& claims, std::string key, int but)
{
    for (const Claim& claim : claims)
        if (claim.key == key && claim.id != but) CO_TRY(co_await withdraw(claim.id));
    co_return Result<>{};
}

void Claims::Ranks::add(const Claim& claim)
{
    last = claim.id;
    auto& place = keys.try_emplace(claim.key, Place{.rank = keys.size()}).first->second;
    place.claims.push_back(claim.id);
}

Async<Result<std::shared_ptr<const std::vector<Claim>>>> Claims::look_further(int token_id)
{
    std::string question = "further claims of " + std::to_string(token_id);
    const auto find = [this, token_id](const std::shared_ptr<const std::vector<Claim>>&) {
        return read_further(token_id);
    };
    co_return co_await oned::ask_together<std::vector<Claim>>(cloud_->together(), std::move(question), find);
}

Async<Result<std::vector<Claim>>> Claims::read_further(int token_id)
{
    const auto known = ranks_.find(token_id);
    const int after = known == ranks_.end() ? token_id : std::max(known->second.last, token_id);
    CO_TRY_LET(const auto documents, co_await cloud_->documents(claim_document, after));
    std::vector<Claim> claims;
    for (const auto& document : documents) {
        CO_TRY_LET(auto claim, claim_from_json(document.id, document.body));
        if (claim.token == token_id) claims.push_back(std::move(claim));
    }
    if (!ranks_.contains(token_id) && ranks_.size() >= most_ranked) ranks_.clear();
    Ranks& ranks = ranks_[token_id];
    if (std::max(ranks.last, token_id) != after) co_return claims;  // somebody began anew meanwhile
    for (const Claim& claim : claims)
        ranks.add(claim);
    if (!documents.empty()) ranks.last = documents.back().id;  // those of other tokens are not listed again either
    co_return claims;
}

Async<Result<std::vector<Claim>>> Claims::read_again(int token_id, std::string key, std::vector<int> ids)
{
    std::vector<Claim> claims;
    for (const int id : ids) {
        const auto document = co_await cloud_->document(id);
        const bool is_gone = !document && document.error().kind == one::ErrorKind::not_found;
        if (is_gone || (document && document->type != claim_document)) co_return std::vector<Claim>{};
        if (!document) co_return one::fail(document.error());
        CO_TRY_LET(auto claim, claim_from_json(id, document->body));
        if (claim.token != token_id || claim.key != key) co_return std::vector<Claim>{};
        claims.push_back(std::move(claim));
    }
    co_return claims;
}

Async<Result<bool>> Claims::holds(int token_id, std::string key)
{
    Tokens tokens{*cloud_};
    const auto token = co_await tokens.get(token_id);
    if (!token && token.error().kind == one::ErrorKind::not_found) {
        ranks_.erase(token_id);
        co_return false;
    }
    if (!token) co_return one::fail(token.error());

    auto ids = claims_of_winner(token_id, key, token->uses);
    if (ids.empty()) {
        CO_TRY_LET(const auto news, co_await look_further(token_id));
        ids = claims_of_winner(token_id, key, token->uses);
        const Claim* told = claim_of(*news, key);
        if (told && !ids.empty() && told->id == ids.front()) co_return !is_closed(*news, key);
    }
    if (!ids.empty()) {
        CO_TRY_LET(const auto own, co_await read_again(token_id, key, std::move(ids)));
        if (!own.empty()) co_return !is_closed(own, key);
    }
    CO_TRY_LET(const auto seen, co_await look_anew(token_id));
    co_return won(seen->all(), token->uses, key) && !is_closed(seen->all(), key);
}

Async<Result<>> Claims::close(int token_id, std::string key)
{
    CO_TRY_LET(const auto claims, co_await of_token(token_id));
    for (const Claim& claim : claims) {
        if (claim.key != key || claim.closed) continue;
        Claim closed = claim;
        closed.closed = true;
        CO_TRY(co_await cloud_->replace_document(claim.id, document_name(closed), to_json(closed)));
    }
    co_return Result<>{};
}

}  // namespace onefrontend
