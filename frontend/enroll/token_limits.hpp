// What the machines of a token may be, besides how many.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

struct TokenLimits {                      // empty: anything
    std::string name_pattern{};           // of their host NAMEs, with * and ?
    std::vector<std::string> networks{};  // where they must come from: 10.0.0.0/8, or one address
    std::string cluster{};                // name or id
    std::string type{};                   // kvm, qemu, lxc
    bool replaces = false;                // the one name of the token may be had: by a node and a host that go then
    bool operator==(const TokenLimits&) const = default;
};

/// What a person may have mistyped.
one::Result<> check_limits(const TokenLimits& limits);

/// Each refuses a machine for which the token was not made. Who hears it has the right secret.
one::Result<> check_source(const TokenLimits& limits, std::string_view address);
one::Result<> check_pattern(const TokenLimits& limits, const std::string& name);
one::Result<> check_type(const TokenLimits& limits, const std::string& type);

}  // namespace onefrontend
