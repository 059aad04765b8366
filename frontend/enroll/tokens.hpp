// Join tokens, as documents of OpenNebula. Only a hash of the secret is ever stored.
#pragma once

#include "common/join_token.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/token_limits.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

struct Token {
    int id = -1;  // of the document
    std::string secret_hash{};
    int uses = 1;
    std::int64_t created_at = 0;  // epoch seconds
    std::int64_t expires_at = 0;
    bool revoked = false;
    std::string name{};        // the only host NAME it is good for; empty: any
    std::string created_by{};  // user of OpenNebula
    TokenLimits limits{};
    bool operator==(const Token&) const = default;
};

std::string to_json(const Token& token);
Result<Token> token_from_json(int document_id, std::string_view json);

enum class TokenFault { unknown, wrong, revoked, expired, used };  // told apart in the audit log
std::string_view to_string(TokenFault fault);

/// What is wrong with this secret and token, used-up claims aside.
std::optional<TokenFault> fault_of(const Token& token, const one::Secret& secret, std::int64_t now);

inline constexpr int most_uses = 10000;
inline constexpr std::chrono::seconds shortest_life{1};
inline constexpr std::chrono::hours longest_life{24 * 365};

struct TokenWish {
    int uses = 1;
    std::chrono::seconds life{3600};
    std::string name{};
    TokenLimits limits{};
};

class Tokens {
public:
    explicit Tokens(Cloud& cloud) : cloud_(&cloud) {}

    /// The whole token, with the CA's pin in it: shown once, then gone.
    Async<Result<one::JoinToken>> create(TokenWish wish, std::string created_by, std::string pin, std::int64_t now);
    /// A token of a secret that only its machine knows: what an approval is. Returns its id.
    Async<Result<int>> create_for(std::string secret_hash, TokenWish wish, std::string created_by, std::int64_t now);
    Async<Result<Token>> get(int id);  // one read for all who ask at the same time
    Async<Result<std::vector<Token>>> all();
    /// False where it was revoked already.
    Async<Result<bool>> revoke(int id);

private:
    Async<Result<Token>> read(int id);

    Cloud* cloud_;
};

}  // namespace onefrontend
