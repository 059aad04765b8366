// Admins' verbs that a front-end elsewhere does.
#pragma once

#include "common/async.hpp"
#include "common/http/client.hpp"
#include "common/secret.hpp"
#include "frontend/cli/exit.hpp"
#include "frontend/cli/recorder.hpp"
#include "frontend/cli/terminal.hpp"

#include <chrono>
#include <string>

namespace onefrontend::cli {

struct Options;

struct RemoteWish {
    std::string frontend{};     // NAME, ADDRESS, NAME:PORT; empty: what is to be done is done here
    std::string fingerprint{};  // of its CA
};

/// A front-end elsewhere, as one user of OpenNebula. Nothing is sent before it has shown that it is the meant one.
class Desk {
public:
    /// An error where nothing says which CA is meant; the one that is shown there is in it, to be compared.
    static one::Async<one::Result<Desk>> at(RemoteWish wish, one::Secret session);
    one::Async<one::Result<Recorded>> ask(one::http::Request request, std::chrono::milliseconds limit);

private:
    Desk(one::http::Target target, one::http::Client client, one::Secret session) :
        target_(std::move(target)), client_(std::move(client)), session_(std::move(session))
    {
    }

    one::http::Target target_;
    one::http::Client client_;
    one::Secret session_;
};

/// "user:password", or a login token in its place: the first line of `one_auth`.
one::Result<one::Secret> read_own_session(const std::string& one_auth);

/// What `serve` is asked for it; without credentials.
one::Result<one::http::Request> to_request(const Options& options);

one::Result<Exit> run_remote(const Options& options, const std::string& one_auth, Terminal& terminal);

}  // namespace onefrontend::cli
