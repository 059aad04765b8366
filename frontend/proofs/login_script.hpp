// The little script that a login by name runs on the node, and what it answers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace onefrontend {

/// For `sh`; prints lines that begin with our mark, so that the noise of a shell can stand between them.
std::string login_script(std::string_view nonce_file);

struct LoginAnswer {
    bool complete = false;     // begin and end were seen: sshd ran our command and nothing else
    std::string ssh_client{};  // first word of SSH_CLIENT
    std::string nonce{};
    std::string umask{};
    std::string agent{};                            // SSH_AUTH_SOCK
    std::string sudo{};                             // "yes", or sudo's last words
    std::map<std::string, std::string> commands{};  // where rsync, ruby, bash are; empty: nowhere
    std::optional<std::int64_t> time{};             // of the node's clock, epoch seconds
};

LoginAnswer parse_login_answer(std::string_view output);

}  // namespace onefrontend
