// What the service and the signer say to each other: one JSON line each way, then the connection ends.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace onefrontend {

inline constexpr std::size_t longest_signer_line = 64 * 1024;

struct SignNode {  // {"verb":"sign-node","node":7,"certificate_request":"-----BEGIN ..."}
    int node = -1;
    std::string certificate_request{};
    bool operator==(const SignNode&) const = default;
};

struct SignHost {  // {"verb":"sign-host","node":7}: keys and names are the document's
    int node = -1;
    bool operator==(const SignHost&) const = default;
};

using SignerRequest = std::variant<SignNode, SignHost>;
std::string to_line(const SignerRequest& request);
one::Result<SignerRequest> parse_signer_request(std::string_view line);

/// The certificate chain, or why there is none.
std::string answer_line(const one::Result<std::string>& chain);
one::Result<std::string> parse_answer_line(std::string_view line);

/// The same of SSH host certificates.
std::string host_answer_line(const one::Result<std::vector<std::string>>& certificates);
one::Result<std::vector<std::string>> parse_host_answer_line(std::string_view line);

}  // namespace onefrontend
