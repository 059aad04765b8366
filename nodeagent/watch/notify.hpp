// sd_notify(3) without its library: one datagram. libsystemd would bring five more libraries into a small daemon.
#pragma once

#include <string>
#include <string_view>

namespace onenode {

class Notifier {
public:
    /// `socket`: the value of NOTIFY_SOCKET; empty: nobody listens, and nothing is sent.
    explicit Notifier(std::string socket) : socket_(std::move(socket)) {}
    /// READY=1, STATUS=..., WATCHDOG=1, STOPPING=1. A lost message is no error of ours.
    void send(std::string_view message) const;
    /// STATUS=: what `systemctl status` shows. One line of plain text whatever others put into the sentence, since a line
    /// break would begin another message.
    void status(std::string_view sentence) const;

private:
    std::string socket_;
};

}  // namespace onenode
