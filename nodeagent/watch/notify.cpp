// A datagram to the service manager.
#include "nodeagent/watch/notify.hpp"

#include "common/text/printable.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

namespace onenode {

void Notifier::send(std::string_view message) const
{
    sockaddr_un address{};
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::copy(socket_.begin(), socket_.end(), address.sun_path);
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // the abstract name space
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    ::sendto(socket, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
             reinterpret_cast<const sockaddr*>(&address), size);
    ::close(socket);
}

void Notifier::status(std::string_view sentence) const
{
    std::string line = one::printable(sentence);
    std::ranges::replace_if(
        line, [](char letter) { return letter == '\n' || letter == '\t'; }, ' ');
    send("STATUS=" + line);
}

}  // namespace onenode
