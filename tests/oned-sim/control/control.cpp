// One test at a time talks here, so one thread is enough.
#include "tests/oned-sim/control/control.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace onedsim {

one::Result<> ControlServer::start(const std::string& path)
{
    TRY_LET(listener_, listen_at_path(path));
    path_ = path;
    thread_ = std::jthread{[this] { serve(); }};
    return {};
}

void ControlServer::stop()
{
    stop_.raise();
    if (thread_.joinable()) thread_.join();
    if (!path_.empty()) ::unlink(path_.c_str());
    path_.clear();
}

void ControlServer::serve()
{
    while (stop_.wait_for(listener_.fd())) {
        const Socket connection{::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (connection.open()) talk(connection.fd());
    }
}

void ControlServer::talk(int fd)
{
    std::string text;
    char buffer[4096];
    while (stop_.wait_for(fd)) {
        const auto count = ::recv(fd, buffer, sizeof buffer, 0);
        if (count <= 0) return;
        text.append(buffer, static_cast<std::size_t>(count));
        for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
            if (!send_all(fd, handler_(text.substr(0, end)) + "\n")) return;
            text.erase(0, end + 1);
        }
    }
}

}  // namespace onedsim
