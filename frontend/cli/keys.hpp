// onefrontend keys
#pragma once

#include "frontend/cli/admin.hpp"

#include <chrono>

namespace onefrontend::cli {

struct Holders {  // names of joined nodes that let a key in, and of those that do not yet
    std::vector<std::string> have{};
    std::vector<std::string> lack{};
};

Holders holders_of(const std::string& fingerprint, const std::vector<Node>& nodes);

/// The first names, and how many more there are.
std::string few(const std::vector<std::string>& names);

Async<Result<Exit>> keys_status(Admin& admin);
/// A new key pair is in use once nodes let it in, or `limit` has passed for those that stay away.
Async<Result<Exit>> keys_rotate(Admin& admin, std::chrono::seconds limit);

}  // namespace onefrontend::cli
