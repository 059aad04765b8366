// Plain sockets: nothing between the test and the bytes.
#include "tests/oned-sim/tests/raw_call.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <cstdlib>

namespace onedsim::test {
namespace {

std::string shown(const one::xmlrpc::Value& value)
{
    if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
    return std::to_string(std::get<std::int64_t>(value.data));
}

}  // namespace

std::string talk(int port, std::string_view bytes)
{
    const Socket socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{.sin_family = AF_INET,
                        .sin_port = htons(static_cast<std::uint16_t>(port)),
                        .sin_addr = {htonl(INADDR_LOOPBACK)},
                        .sin_zero = {}};
    if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return "refused";
    send_all(socket.fd(), bytes);
    std::string answer;
    char buffer[65536];
    for (ssize_t count = 0; (count = ::recv(socket.fd(), buffer, sizeof buffer, 0)) > 0;)
        answer.append(buffer, static_cast<std::size_t>(count));
    return answer;
}

std::string post(int port, std::string_view body)
{
    return talk(
        port,
        fmt::format("POST /RPC2 HTTP/1.1\r\nHost: front\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{}",
                    body.size(), body));
}

std::string head_of(const std::string& response)
{
    return response.substr(0, response.find("\r\n\r\n"));
}
std::string body_of(const std::string& response)
{
    const auto end = response.find("\r\n\r\n");
    return end == std::string::npos ? "" : response.substr(end + 4);
}

FreshFront::FreshFront()
{
    if (!front.start("127.0.0.1", 0)) std::abort();
}

std::string FreshFront::call(std::string_view method, one::xmlrpc::Array parameters, std::string_view session)
{
    parameters.insert(parameters.begin(), session);
    const auto text = one::xmlrpc::to_xml(one::xmlrpc::Call{std::string{method}, std::move(parameters)});
    const auto answered = one::xmlrpc::parse_answer(body_of(post(front.port(), *text)));
    if (!answered) return "garbage";
    if (const auto* fault = std::get_if<one::xmlrpc::Fault>(&*answered))
        return fmt::format("fault {} {}", fault->code, fault->text);
    const auto& array = std::get<one::xmlrpc::Array>(std::get<one::xmlrpc::Value>(*answered).data);
    if (array.at(0) == one::xmlrpc::Value{true}) return shown(array.at(1));
    return fmt::format("{} {}", shown(array.at(2)), shown(array.at(1)));
}

}  // namespace onedsim::test
