// Wrong tokens: a guesser is slowed down, by where it comes from and by the token it tries, and all of them together
// cannot keep oned busy. Memory does not grow: no more failures are counted than the ceiling.
#pragma once

#include "common/secret.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace onefrontend::api {

struct AttemptLimits {  // failures within a window
    int of_token = 10;  // from one source: other machines behind the same address go on with theirs
    int of_source = 30;
    int of_all = 600;
    std::int64_t window = 60;  // seconds; then all is forgotten
};

enum class LimitedBy { nothing, token, source, everybody };
std::string_view to_string(LimitedBy limit);

/// -1 where what was shown is no token.
int id_of_token(const one::Secret& shown);

struct Wait {
    LimitedBy by = LimitedBy::nothing;
    std::int64_t seconds = 0;
};

class Attempts {
public:
    explicit Attempts(AttemptLimits limits = {}) : limits_(limits) {}

    /// Whether this address is heard at all, whatever it brings.
    [[nodiscard]] Wait must_wait(const std::string& address, std::int64_t now) const;
    /// The same where its token is known; -1: it brings none.
    [[nodiscard]] Wait must_wait(const std::string& address, int token, std::int64_t now) const;
    void failed(const std::string& address, int token, std::int64_t now);

private:
    [[nodiscard]] bool is_over(std::int64_t now) const { return now < since_ || now >= since_ + limits_.window; }

    AttemptLimits limits_;
    std::int64_t since_ = 0;
    int all_ = 0;
    std::map<std::string, int> of_source_{};
    std::map<std::pair<std::string, int>, int> of_token_{};
};

}  // namespace onefrontend::api
