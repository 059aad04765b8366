// Texts for a node to sign. Nothing is kept of them: each is made again to know it. Another replica's are not known, nor
// those from before a restart: the node asks again.
#pragma once

#include "common/secret.hpp"

#include <cstdint>
#include <string>

namespace onefrontend::api {

class Challenges {
public:
    Challenges();

    [[nodiscard]] std::string make(int node, std::int64_t now) const;
    /// Made for this node, within the last minute or the one before.
    [[nodiscard]] bool is_ours(const std::string& nonce, int node, std::int64_t now) const;

private:
    [[nodiscard]] std::string of_minute(int node, std::int64_t minute) const;

    one::Secret key_;
};

}  // namespace onefrontend::api
