// A join that is only played (`onefrontend try-join`). Its token and its node are of a type that no host of OpenNebula
// has: nobody logs in to it and no host is made for it, so neither name nor address has to lead to anything.
#pragma once

#include "frontend/enroll/node.hpp"
#include "frontend/enroll/token_limits.hpp"

#include <cstdint>
#include <string_view>

namespace onefrontend {

inline constexpr std::string_view trial_type = "trial";
inline constexpr std::int64_t longest_trial = 15 * 60;  // seconds; then what a killed one left is forgotten

inline bool is_trial(const TokenLimits& limits)
{
    return limits.type == trial_type;
}

inline bool is_trial(const Node& node)
{
    return node.type == trial_type;
}

}  // namespace onefrontend
