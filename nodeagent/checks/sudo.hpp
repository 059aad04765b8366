// How checks ask what sudo grants.
#pragma once

#include "common/text/words.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/host/host.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onenode::checks {

/// These words, and then the command's, as oneadmin.
inline Result<CommandOutput> as_oneadmin(const HostView& host, std::vector<std::string> argv, std::string_view command)
{
    for (auto& word : one::split_words(command))
        argv.push_back(std::move(word));
    return host.look({.argv = std::move(argv), .user = std::string{oneadmin::name}});
}

inline constexpr const char* rules_of_oneadmin =
    "sudo -l -U oneadmin  # the last rule that matches counts; see /etc/sudoers.d";

}  // namespace onenode::checks
