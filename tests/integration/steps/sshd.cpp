// Started in the foreground; ready when the port accepts.
#include "tests/integration/steps/sshd.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>
#include <system_error>

namespace onenode {
namespace {

constexpr int patience = 500;  // times 20 ms

sockaddr_in loopback(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

const sockaddr* generic(const sockaddr_in& address)
{
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

int free_port()
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(fd, generic(address), size) != 0) throw std::system_error{errno, std::generic_category(), "bind"};
    ::getsockname(fd, static_cast<sockaddr*>(static_cast<void*>(&address)), &size);
    ::close(fd);
    return ntohs(address.sin_port);
}

bool accepts(int port)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(port);
    const bool connected = ::connect(fd, generic(address), sizeof address) == 0;
    ::close(fd);
    return connected;
}

}  // namespace

Sshd::Sshd(const std::string& host_key, const std::string& directory, const std::string& lines) :
    log_(directory + "/sshd.log"), port_(free_port())
{
    const auto config = directory + "/sshd_config";
    std::ofstream{config} << fmt::format(
        "Port {}\nListenAddress 127.0.0.1\nHostKey {}\nUsePAM no\nPidFile none\nLogLevel VERBOSE\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\n{}",
        port_, host_key, lines);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-E", log_.c_str(), "-f", config.c_str(), nullptr);
        ::_exit(127);
    }
    for (int waited = 0; waited < patience && !accepts(port_); ++waited)
        ::poll(nullptr, 0, 20);  // sshd tells nobody when it is ready
}

Sshd::~Sshd()
{
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
}

std::string Sshd::log() const
{
    std::ostringstream text;
    text << std::ifstream{log_}.rdbuf();
    return text.str();
}

}  // namespace onenode
