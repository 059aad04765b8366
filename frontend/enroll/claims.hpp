// Which keys may use a token: claim documents, ranked by their id.
//
// A claim says "this key wants a use of this token". Ids only grow, so once a claim of ours is stored and seen in a
// list, every claim with a smaller id is in that list too, and no later one can come before ours. The first `uses`
// distinct keys win. Claims of winners are never deleted while their token lives, so an answer once given stays true:
// the same key may ask again, through another replica, after any crash, and hears the same. A claim that lost is
// deleted by whoever lost it; it had enough winners before it, so nobody's rank changes.
#pragma once

#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/readings.hpp"
#include "frontend/enroll/tokens.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace onefrontend {

struct Claim {
    int id = -1;  // of the document
    int token = -1;
    std::string key{};    // fingerprint
    bool closed = false;  // the node was removed or left: the use stays spent, and its key cannot come back with it
    std::int64_t at = 0;
    bool operator==(const Claim&) const = default;
};

std::string to_json(const Claim& claim);
Result<Claim> claim_from_json(int document_id, std::string_view json);

/// The keys that won, best rank first. `claims` are of one token, ascending by id.
std::vector<std::string> winners(const std::vector<Claim>& claims, int uses);

struct Examined {
    Token token{};
    std::optional<TokenFault> fault{};
    int own_claim = -1;  // of the key, the first one
};

struct Granted {};
using ClaimOutcome = std::variant<Granted, TokenFault>;

class Claims {
public:
    explicit Claims(Cloud& cloud) : cloud_(&cloud) {}

    /// What is wrong with the secret or its token, whoever has spent it: no claim is looked at.
    Async<Result<Examined>> judge(int token_id, one::Secret secret, std::int64_t now);
    /// What claim() would find, nothing stored. An empty key is one that has no claim yet.
    Async<Result<Examined>> examine(int token_id, one::Secret secret, std::string key, std::int64_t now);
    /// The same for a token that was judged just now: it is not read again.
    Async<Result<Examined>> examine(Examined judged, int token_id, std::string key);
    /// Takes a use of the token for this key, or finds that the key has one already. The token is read again after our
    /// claim is stored. An Error means that nothing is known: ask again.
    Async<Result<ClaimOutcome>> claim(int token_id, one::Secret secret, std::string key, std::int64_t now);
    /// The same after examine() found no fault, with the own claim that it saw. Whatever changed since is seen by the
    /// reads after our claim is stored; of two claims of one key the first counts, and the other is withdrawn.
    Async<Result<ClaimOutcome>> claim_examined(int token_id, std::string key, int own_claim, std::int64_t now);
    /// The key won a use of the token and was not closed; what the signer asks before it signs.
    Async<Result<bool>> holds(int token_id, std::string key);
    /// From now on the token is of no use to this key any more.
    Async<Result<>> close(int token_id, std::string key);
    Async<Result<std::vector<Claim>>> of_token(int token_id);

private:
    /// Of a token, ascending by id: one read for all who ask at the same time.
    Async<Result<std::shared_ptr<const Readings<Claim>>>> look(int token_id);
    Async<Result<Readings<Claim>>> read(int token_id, std::shared_ptr<const Readings<Claim>> last);
    Async<Result<ClaimOutcome>> settle(int token_id, std::string key, int own_claim);
    Async<Result<>> withdraw(int claim);
    Async<Result<>> withdraw_others(const std::vector<Claim>& claims, std::string key, int but);

    Cloud* cloud_;
};

}  // namespace onefrontend
