// Admins' verbs that a front-end elsewhere does.
#pragma once

#include "common/http/message.hpp"
#include "frontend/cli/exit.hpp"
#include "frontend/cli/terminal.hpp"

#include <string>

namespace onefrontend::cli {

struct Options;

struct RemoteWish {
    std::string frontend{};     // NAME, ADDRESS, NAME:PORT; empty: what is to be done is done here
    std::string fingerprint{};  // of its CA
};

/// What `serve` is asked for it; without credentials.
one::Result<one::http::Request> to_request(const Options& options);

/// As the user of OpenNebula whose "user:password", or login token, is the first line of `one_auth`.
one::Result<Exit> run_remote(const Options& options, const std::string& one_auth, Terminal& terminal);

}  // namespace onefrontend::cli
