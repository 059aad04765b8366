// Judges what a token is limited to, and machines by it.
#include "frontend/enroll/token_limits.hpp"

#include "common/text/network.hpp"
#include "common/text/words.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/trial.hpp"

#include <fmt/format.h>

#include <fnmatch.h>

#include <algorithm>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

constexpr std::string_view pattern_letters = "*?._-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

one::Failure mistyped(std::string thing, std::string reason)
{
    return one::fail(
        {.kind = ErrorKind::invalid, .thing = std::move(thing), .reason = std::move(reason), .doing = "use"});
}

one::Failure not_for(std::string thing, std::string reason)
{
    return one::fail({.kind = ErrorKind::denied,
                      .thing = std::move(thing),
                      .reason = std::move(reason),
                      .next = "ask for a token without that limit; on the front-end: onefrontend token create",
                      .doing = "use"});
}

}  // namespace

Result<> check_limits(const TokenLimits& limits)
{
    if (limits.name_pattern.find_first_not_of(pattern_letters) != std::string::npos)
        return mistyped("this pattern of names", "it may have what names have, and * and ?");
    for (const auto& network : limits.networks)
        if (!one::read_network(network))
            return mistyped(network, "it is no network such as 10.0.0.0/8, and no address");
    const bool is_a_hosts = limits.type == "kvm" || limits.type == "qemu" || limits.type == "lxc";
    if (!limits.type.empty() && !is_a_hosts && !is_trial(limits))
        return mistyped("the type " + limits.type, "there is no such type: kvm, qemu or lxc");
    return {};
}

Result<> check_source(const TokenLimits& limits, std::string_view address)
{
    const auto& all = limits.networks;
    if (all.empty()) return {};
    if (std::ranges::any_of(all, [&](const std::string& network) { return is_in(network, address); })) return {};
    return not_for("the token",
                   fmt::format("it is for machines in {}, and this one comes from {}", one::join(all, ", "), address));
}

Result<> check_pattern(const TokenLimits& limits, const std::string& name)
{
    const auto& pattern = limits.name_pattern;
    if (pattern.empty() || ::fnmatch(pattern.c_str(), name.c_str(), FNM_CASEFOLD) == 0) return {};
    return not_for("the name " + name, fmt::format("the token is for names like {} only", pattern));
}

Result<> check_type(const TokenLimits& limits, const std::string& type)
{
    if (limits.type.empty() || limits.type == type) return {};
    return not_for("the type " + type, fmt::format("the token is for {} only", limits.type));
}

}  // namespace onefrontend
