// The socket through which a test says what shall go wrong: a JSON object a line, an answer a line.
#pragma once

#include "tests/oned-sim/net/socket.hpp"

#include <functional>
#include <string>
#include <thread>

namespace onedsim {

class ControlServer {
public:
    using Handler = std::function<std::string(const std::string& line)>;

    explicit ControlServer(Handler handler) : handler_(std::move(handler)) {}
    ~ControlServer() { stop(); }
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    one::Result<> start(const std::string& path);
    void stop();

private:
    void serve();
    void talk(int fd);

    Handler handler_;
    std::string path_{};
    Socket listener_{};
    StopSignal stop_{};
    std::jthread thread_{};
};

}  // namespace onedsim
