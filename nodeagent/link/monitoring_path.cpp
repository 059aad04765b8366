// Sends what the front-end wants to see arrive on 4124: datagrams of several sizes, and one line over TCP.
#include "nodeagent/link/monitoring_path.hpp"

#include "common/fd.hpp"
#include "common/text/encoding.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>

namespace onenode {
namespace {

struct Freed {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, Freed>;

std::string place(const std::string& address, int port)
{
    return address.find(':') == std::string::npos ? fmt::format("{}:{}", address, port)
                                                  : fmt::format("[{}]:{}", address, port);
}

Result<AddressList> numeric(const std::string& address, int port, int type)
{
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = type;
    addrinfo* list = nullptr;
    if (const int failed = ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &list); failed != 0)
        return one::fail({.kind = ErrorKind::invalid,
                          .thing = place(address, port),
                          .reason = ::gai_strerror(failed),
                          .next = "MONITOR_ADDRESS in the front-end's monitord.conf has to be an address",
                          .doing = "send to"});
    return AddressList{list};
}

one::Failure failed(const std::string& address, int port, int number)
{
    Error error = one::error_from_errno(number, place(address, port));
    error.doing = "send to";
    return one::fail(std::move(error));
}

Result<> wait_until_connected(int socket, std::chrono::milliseconds limit, const std::string& address, int port)
{
    pollfd watched{socket, POLLOUT, 0};
    const auto end = std::chrono::steady_clock::now() + limit;
    int ready = -1;
    do {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        ready = ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0) return failed(address, port, ready == 0 ? ETIMEDOUT : errno);
    int number = 0;
    socklen_t size = sizeof number;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &size) != 0) number = errno;
    if (number != 0) return failed(address, port, number);
    return {};
}

one::wire::Finding finding(std::string id, const Error& error, std::string fix)
{
    return {.id = std::move(id), .severity = "error", .message = one::to_line(error), .fix = std::move(fix)};
}

std::string fix_for(const Error& error, std::string_view protocol, int port)
{
    if (error.kind == ErrorKind::unreachable && protocol == "tcp")
        return fmt::format("nothing listens there: check on the front-end that onemonitord runs (ss -lntup sport = "
                           ":{}), and the address",
                           port);
    if (error.kind == ErrorKind::denied)
        return fmt::format("a firewall of this machine refuses it: allow {} port {} out (nft list ruleset)", protocol,
                           port);
    return fmt::format("allow {} port {} from this machine to the front-end in every firewall between", protocol, port);
}

std::string first_answer(const std::string& address, const HostView& host)
{
    if (numeric(address, 0, SOCK_DGRAM)) return address;
    const auto found = host.resolve(address);
    return found && !found->empty() ? found->front() : std::string{};
}

}  // namespace

Result<> RealMonitoringPath::datagram(const std::string& address, int port, std::string_view bytes)
{
    TRY_LET(const AddressList to, numeric(address, port, SOCK_DGRAM));
    const one::Fd socket{::socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (socket.get() < 0) return failed(address, port, errno);
    // Not connected, as the client's socket is not: an ICMP answer stays unnoticed there, too.
    if (::sendto(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT, to->ai_addr, to->ai_addrlen) <
        0)
        return failed(address, port, errno);
    return {};
}

Result<> RealMonitoringPath::line(const std::string& address, int port, std::string_view text)
{
    TRY_LET(const AddressList to, numeric(address, port, SOCK_STREAM));
    const one::Fd socket{::socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (socket.get() < 0) return failed(address, port, errno);
    if (::connect(socket.get(), to->ai_addr, to->ai_addrlen) != 0 && errno != EINPROGRESS)
        return failed(address, port, errno);
    TRY(wait_until_connected(socket.get(), limit_, address, port));
    if (::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) return failed(address, port, errno);
    ::shutdown(socket.get(), SHUT_WR);
    return {};
}

one::wire::MonitoringSent send_monitoring(const one::wire::MonitoringChallenge& challenge, const HostView& host,
                                          MonitoringPath& path)
{
    one::wire::MonitoringSent sent;
    sent.resolved = first_answer(challenge.address, host);
    if (sent.resolved.empty()) {
        sent.findings.push_back(
            {"monitor-address", "error",
             fmt::format("the front-end tells its hosts to report to {}, and this machine cannot resolve that name",
                         challenge.address),
             fmt::format("getent ahosts {}", challenge.address)});
        return sent;
    }
    for (const auto& encoded : challenge.datagrams) {
        const auto bytes = one::from_base64(encoded);
        const auto left =
            bytes ? path.datagram(sent.resolved, challenge.port, *bytes) : Result<>{one::fail(bytes.error())};
        if (left || !sent.findings.empty()) continue;  // one finding is enough for the usual cause of all
        sent.findings.push_back(finding(fmt::format("port-{}-udp", challenge.port), left.error(),
                                        fix_for(left.error(), "udp", challenge.port)));
    }
    if (const auto left = path.line(sent.resolved, challenge.port, challenge.line); !left)
        sent.findings.push_back(finding(fmt::format("port-{}-tcp", challenge.port), left.error(),
                                        fix_for(left.error(), "tcp", challenge.port)));
    return sent;
}

}  // namespace onenode
