// xmlrpc.call_overhead: what a call of oned::Client costs above the bare sockets that carry the same bytes.
// Both kinds of round trip alternate in one run against one canned server; the medians are compared.
#include "common/async.hpp"
#include "frontend/oned/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int rounds = 1500;
constexpr std::string_view end_of_call = "</methodCall>";
const std::string body =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<methodResponse>\r\n<params>\r\n<param><value><array><data>\r\n"
    "<value><boolean>1</boolean></value>\r\n<value><string>7.4.0</string></value>\r\n"
    "<value><i4>0</i4></value>\r\n</data></array></value></param>\r\n</params>\r\n</methodResponse>\r\n";
const std::string answer =
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: " +
    std::to_string(body.size()) + "\r\n\r\n" + body;

std::string read_until(int socket, std::string_view end)
{
    std::string text;
    std::array<char, 4096> buffer;
    while (text.find(end) == std::string::npos) {
        const auto count = ::read(socket, buffer.data(), buffer.size());
        if (count <= 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

void write_all(int socket, const std::string& text)
{
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto count = ::write(socket, rest.data(), rest.size());
        if (count <= 0) return;
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
}

sockaddr_in loopback(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void serve(int listener, int calls)
{
    for (int call = 0; call < calls; ++call) {
        const int peer = ::accept(listener, nullptr, nullptr);
        if (peer < 0) return;
        read_until(peer, end_of_call);
        write_all(peer, answer);
        ::close(peer);
    }
}

void bare_round_trip(int port, const std::string& request)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto address = loopback(port);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        write_all(socket, request);
        read_until(socket, "</methodResponse>");
    }
    ::close(socket);
}

double microseconds(Clock::time_point from)
{
    return std::chrono::duration<double, std::micro>(Clock::now() - from).count();
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values.at(values.size() / 2);
}

}  // namespace

int main()
{
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 64) != 0) return 2;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    const int port = ntohs(address.sin_port);
    std::jthread server{serve, listener, 2 * rounds};

    const std::string call =
        "<?xml version=\"1.0\"?><methodCall><methodName>one.system.version</methodName><params><param><value>"
        "<string>oneadmin:password</string></value></param></params></methodCall>";
    const std::string request = "POST /RPC2 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: " +
                                std::to_string(call.size()) + "\r\n\r\n" + call;

    one::asio::io_context loop;
    onefrontend::oned::Client client{{.endpoint = {.host = "127.0.0.1", .port = port, .path = "/RPC2"}},
                                     one::Secret{std::string_view{"oneadmin:password"}}};
    std::vector<double> calls;
    std::vector<double> bare;
    for (int round = 0; round < rounds; ++round) {
        auto start = Clock::now();
        const auto version = one::run_to_end(loop, client.version());
        calls.push_back(microseconds(start));
        if (!version) {
            std::fprintf(stderr, "%s\n", one::to_text(version.error()).c_str());
            return 2;
        }
        start = Clock::now();
        bare_round_trip(port, request);
        bare.push_back(microseconds(start));
    }
    std::printf("%.1f %.1f\n", median(calls), median(bare));
    return 0;
}
