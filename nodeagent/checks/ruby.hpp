// How checks ask Ruby.
#pragma once

#include "nodeagent/core/facts.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/host/host.hpp"

#include <string>
#include <utility>
#include <vector>

namespace onenode::checks {

inline constexpr std::chrono::seconds ruby_limit{20};  // a busy machine needs a while to load an interpreter

/// With these words, as oneadmin where the account exists.
inline Result<CommandOutput> ask_ruby(const Facts& facts, const HostView& host, std::vector<std::string> words)
{
    words.insert(words.begin(), "ruby");
    const bool has_account = facts.user(oneadmin::name) != nullptr;
    return host.look({.argv = std::move(words),
                      .user = has_account ? std::string{oneadmin::name} : std::string{},
                      .limit = ruby_limit});
}

}  // namespace onenode::checks
