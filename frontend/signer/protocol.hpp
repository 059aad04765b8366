// What the service and the signer say to each other: one JSON line each way, then the connection ends.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>

namespace onefrontend {

inline constexpr std::size_t longest_signer_line = 64 * 1024;

struct SignNode {  // {"verb":"sign-node","node":7,"certificate_request":"-----BEGIN ..."}
    int node = -1;
    std::string certificate_request{};
    bool operator==(const SignNode&) const = default;
};

std::string to_line(const SignNode& request);
one::Result<SignNode> parse_sign_node(std::string_view line);

/// The certificate chain, or why there is none.
std::string answer_line(const one::Result<std::string>& chain);
one::Result<std::string> parse_answer_line(std::string_view line);

}  // namespace onefrontend
