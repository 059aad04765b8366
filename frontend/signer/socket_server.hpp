// The signer's door: a Unix socket that only root, the signer itself and the enrollment service may use.
#pragma once

#include "common/async.hpp"
#include "frontend/signer/protocol.hpp"
#include "frontend/signer/signer.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace onefrontend {

struct SignerDoor {
    std::string path{};
    std::vector<uid_t> callers{};  // beside root and ourselves
    gid_t group = static_cast<gid_t>(-1);
    std::chrono::milliseconds limit{30000};  // of a whole exchange
};

class SignerServer {
public:
    SignerServer(one::asio::any_io_executor executor, Signer& signer, SignerDoor door);

    /// Replaces the socket that a dead signer left; refuses beside one that lives.
    Result<> listen();
    /// Until it is cancelled.
    Async<> serve();

private:
    Async<> answer(one::asio::local::stream_protocol::socket connection);
    Async<std::string> sign_node(SignNode request);
    Async<std::string> sign_host(SignHost request);

    Signer* signer_;
    SignerDoor door_;
    one::asio::local::stream_protocol::acceptor acceptor_;
    one::Tasks exchanges_;
};

}  // namespace onefrontend
