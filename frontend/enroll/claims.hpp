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
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
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
    /// The key won a use of the token and was not closed; what the signer asks before it signs. Ranks never change, so
    /// only claims that it has not seen yet are listed. That the key's own claim is there and open is read each time, and
    /// a no comes of all claims.
    Async<Result<bool>> holds(int token_id, std::string key);
    /// From now on the token is of no use to this key any more.
    Async<Result<>> close(int token_id, std::string key);
    Async<Result<std::vector<Claim>>> of_token(int token_id);

private:
    /// Of a token, ascending by id: one read for all who ask at the same time.
    Async<Result<std::shared_ptr<const Readings<Claim>>>> look(int token_id);
    /// The same, and the ranks anew: OpenNebula may be back at an older state, where ids that we have seen count no more.
    Async<Result<std::shared_ptr<const Readings<Claim>>>> look_anew(int token_id);
    Async<Result<Readings<Claim>>> read(int token_id, std::shared_ptr<const Readings<Claim>> last);
    Async<Result<ClaimOutcome>> settle(int token_id, std::string key, int own_claim);
    /// Claims of one token as far as they were seen.
    struct Ranks {
        struct Place {
            std::size_t rank = 0;  // among the distinct keys
            std::vector<int> claims{};
        };
        int last = -1;  // the highest id
        std::unordered_map<std::string, Place> keys{};

        void add(const Claim& claim);
    };
    /// Lists what came since into the ranks; the answer is that alone, as of after the question.
    Async<Result<std::shared_ptr<const std::vector<Claim>>>> look_further(int token_id);
    Async<Result<std::vector<Claim>>> read_further(int token_id);
    /// Ids of the key's claims; empty where it has not won as far as is known.
    [[nodiscard]] std::vector<int> claims_of_winner(int token_id, const std::string& key, int uses) const;
    /// As they are now; empty where one of them is gone or another's.
    Async<Result<std::vector<Claim>>> read_again(int token_id, std::string key, std::vector<int> ids);
    Async<Result<>> withdraw(int claim);
    Async<Result<>> withdraw_others(const std::vector<Claim>& claims, std::string key, int but);

    Cloud* cloud_;
    std::map<int, Ranks> ranks_{};  // by token
};

}  // namespace onefrontend
