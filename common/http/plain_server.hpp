// Plain HTTP for whoever watches the service (Prometheus, an orchestrator): one answer a connection, and no secrets.
#pragma once

#include "common/async.hpp"
#include "common/http/server.hpp"

#include <memory>
#include <string>

namespace one::http {

class PlainServer {
public:
    PlainServer(asio::any_io_executor executor, Handler handler);
    ~PlainServer();
    PlainServer(const PlainServer&) = delete;
    PlainServer& operator=(const PlainServer&) = delete;

    /// Port 0: one that is free.
    Result<int> listen(const std::string& address, int port);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace one::http
