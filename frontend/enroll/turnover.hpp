// How far the nodes have turned from one CA to the next. Until all have, both count; a node that stays away is not waited
// for beyond the time after which it could not come back either.
#pragma once

#include "frontend/enroll/authority.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/tokens.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace onefrontend {

struct Turnover {
    std::vector<std::string> turned{};  // names of nodes that showed a certificate of the newest CA
    std::vector<std::string> left{};
    std::vector<int> tokens{};      // that work still and pin the former CA
    std::int64_t earliest_end = 0;  // machines that were let in by hand just before have their hour, too
    std::int64_t latest_end = 0;
};

Turnover count_turnover(const AuthorityRecord& newest, const std::vector<Node>& nodes, const std::vector<Token>& tokens,
                        std::int64_t now, std::chrono::seconds node_certificate_life);
bool is_over(const Turnover& turnover, std::int64_t now);

Async<Result<Turnover>> find_turnover(Cloud& cloud, AuthorityRecord newest, std::int64_t now,
                                      std::chrono::seconds node_certificate_life);

}  // namespace onefrontend
