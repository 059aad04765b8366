// The machine that `try-join` plays: what a node says to enrollment from its token to its leave, and nothing of a node.
#pragma once

#include "common/async.hpp"
#include "common/http/client.hpp"
#include "common/join_token.hpp"
#include "common/wire/messages.hpp"

#include <string>

namespace onefrontend::cli {

class PlayedMachine {
public:
    /// With a name of its own, which nobody resolves.
    static one::Async<one::Result<PlayedMachine>> make(one::http::Target target, std::string pin);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] bool is_enrolled() const { return enrolled_.node_id > 0; }

    one::Async<one::Result<one::wire::Hello>> greet();
    /// The CA of the token is the one that counts from here on, as it is for a node.
    one::Async<one::Result<one::wire::EnrollAnswer>> enroll(one::JoinToken token);
    one::Async<one::Result<one::wire::DesiredState>> desired();
    one::Async<one::Result<>> leave();

private:
    PlayedMachine(one::http::Target target, std::string name, one::Secret key, one::http::Client client) :
        target_(std::move(target)), name_(std::move(name)), key_(std::move(key)), client_(std::move(client))
    {
    }

    one::http::Target target_;
    std::string name_;
    one::Secret key_;
    one::http::Client client_;
    one::wire::EnrollAnswer enrolled_{};
};

}  // namespace onefrontend::cli
