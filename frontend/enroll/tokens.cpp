// Makes, reads and revokes tokens.
#include "frontend/enroll/tokens.hpp"

#include "common/log.hpp"
#include "frontend/enroll/json.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/oned/document_types.hpp"

#include <array>

namespace onefrontend {
namespace {

using one::ErrorKind;

one::Failure bad_wish(std::string thing, std::string reason)
{
    return one::fail(
        {.kind = ErrorKind::invalid, .thing = std::move(thing), .reason = std::move(reason), .doing = "use"});
}

Result<> check(const TokenWish& wish)
{
    if (wish.uses < 1 || wish.uses > most_uses) return bad_wish("this number of uses", "it may be 1 to 10000");
    if (wish.life < shortest_life || wish.life > longest_life) return bad_wish("this life", "it may be 1s to 365d");
    if (!wish.name.empty()) TRY(check_host_name(wish.name));
    if (!wish.name.empty() && wish.uses != 1)
        return bad_wish("--name with several uses", "a name belongs to one machine");
    if (wish.limits.replaces && wish.name.empty()) return bad_wish("--replace", "it needs the name of a host");
    return check_limits(wish.limits);
}

std::string document_name(const Token& token)
{
    return token.name.empty() ? "onenode-token" : "onenode-token-" + token.name;
}

one::Error no_token(int id)
{
    return {.kind = ErrorKind::not_found,
            .thing = "token " + std::to_string(id),
            .reason = "there is no such token",
            .next = "onefrontend token list",
            .doing = "find"};
}

}  // namespace

std::string to_json(const Token& token)
{
    const Json tree{{"secret_hash", token.secret_hash},  {"uses", token.uses},
                    {"created_at", token.created_at},    {"expires_at", token.expires_at},
                    {"revoked", token.revoked},          {"name", token.name},
                    {"created_by", token.created_by},    {"name_pattern", token.limits.name_pattern},
                    {"networks", token.limits.networks}, {"cluster", token.limits.cluster},
                    {"type", token.limits.type},         {"replaces", token.limits.replaces}};
    return dump(tree);
}

static Result<Token> read_token(int document_id, std::string_view json)
{
    TRY_LET(const Json tree, parse_json(json));
    Token token;
    token.id = document_id;
    JsonFields fields{tree};
    fields.required("secret_hash", token.secret_hash);
    fields.required("uses", token.uses);
    fields.required("expires_at", token.expires_at);
    fields.required("revoked", token.revoked);
    fields.optional("created_at", token.created_at);
    fields.required("name", token.name);  // a restriction that is lost would widen the token
    fields.optional("created_by", token.created_by);
    fields.optional("name_pattern", token.limits.name_pattern);  // those of older versions lack these
    fields.optional("networks", token.limits.networks);
    fields.optional("cluster", token.limits.cluster);
    fields.optional("type", token.limits.type);
    fields.optional("replaces", token.limits.replaces);
    TRY(fields.outcome());
    if (token.uses < 1 || token.uses > most_uses) return bad_json("uses", "it is none of 1 to 10000");
    return token;
}

Result<Token> token_from_json(int document_id, std::string_view json)
{
    return read_token(document_id, json).map_error(unreadable("token", document_id));
}

std::string_view to_string(TokenFault fault)
{
    constexpr std::array<std::string_view, 5> words{"unknown", "wrong", "revoked", "expired", "used"};
    return words[static_cast<std::size_t>(fault)];
}

std::optional<TokenFault> fault_of(const Token& token, const one::Secret& secret, std::int64_t now)
{
    if (!one::same_secret(one::Secret{one::hash_of_join_secret(secret)},
                          one::Secret{std::string_view{token.secret_hash}}))
        return TokenFault::wrong;
    if (token.revoked) return TokenFault::revoked;
    if (now >= token.expires_at) return TokenFault::expired;
    return std::nullopt;
}

Async<Result<one::JoinToken>> Tokens::create(TokenWish wish, std::string created_by, std::string pin, std::int64_t now)
{
    one::JoinToken shown;
    shown.secret = one::make_join_secret();
    shown.pin = std::move(pin);
    auto hash = one::hash_of_join_secret(shown.secret);
    CO_TRY_LET(shown.id, co_await create_for(std::move(hash), std::move(wish), std::move(created_by), now));
    co_return shown;
}

Async<Result<int>> Tokens::create_for(std::string secret_hash, TokenWish wish, std::string created_by, std::int64_t now)
{
    CO_TRY(check(wish));
    Token token;
    token.secret_hash = std::move(secret_hash);
    token.uses = wish.uses;
    token.created_at = now;
    token.expires_at = now + wish.life.count();
    token.name = std::move(wish.name);
    token.created_by = std::move(created_by);
    token.limits = std::move(wish.limits);
    co_return co_await cloud_->allocate_document(token_document, document_name(token), to_json(token));
}

Async<Result<Token>> Tokens::get(int id)
{
    std::string question = "token " + std::to_string(id);
    const auto find = [this, id](const std::shared_ptr<const Token>&) { return read(id); };
    CO_TRY_LET(const auto token, co_await oned::ask_together<Token>(cloud_->together(), std::move(question), find));
    co_return *token;
}

Async<Result<Token>> Tokens::read(int id)
{
    const auto document = co_await cloud_->document(id);
    if (!document && document.error().kind == ErrorKind::not_found) co_return one::fail(no_token(id));
    if (!document) co_return one::fail(document.error());
    if (document->type != token_document) co_return one::fail(no_token(id));
    co_return token_from_json(id, document->body);
}

Async<Result<std::vector<Token>>> Tokens::all()
{
    CO_TRY_LET(const auto documents, co_await cloud_->documents(token_document));
    std::vector<Token> tokens;
    for (const auto& document : documents) {
        auto token = token_from_json(document.id, document.body);
        if (token)
            tokens.push_back(*std::move(token));
        else
            one::log::error("token document cannot be read",
                            {{"document", document.id}, {"reason", to_line(token.error())}});
    }
    co_return tokens;
}

Async<Result<bool>> Tokens::revoke(int id)
{
    CO_TRY_LET(Token token, co_await get(id));
    if (token.revoked) co_return false;
    token.revoked = true;
    CO_TRY(co_await cloud_->replace_document(id, document_name(token), to_json(token)));
    co_return true;
}

}  // namespace onefrontend
