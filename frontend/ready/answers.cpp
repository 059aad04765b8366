// Greetings of databases, statuses of HTTP servers, answers of oned.
#include "frontend/ready/answers.hpp"

#include "common/text/printable.hpp"
#include "common/xmlrpc/value.hpp"
#include "frontend/oned/failure.hpp"

#include <fmt/format.h>

#include <charconv>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

constexpr std::size_t packet_header = 4;  // three bytes of length, one of sequence
constexpr std::size_t error_header = 3;   // 0xff and two bytes of code
constexpr char greeting_of_today = 10;    // the protocol's version
constexpr char error_mark = '\xff';

one::Failure not_ready(ErrorKind kind, std::string reason)
{
    return one::fail({.kind = kind, .reason = std::move(reason)});
}

}  // namespace

Result<int> http_status(std::string_view answer)
{
    if (answer.empty()) return not_ready(ErrorKind::unreachable, "it hung up without an answer");
    int status = 0;
    constexpr std::string_view version = "HTTP/1.x ";
    if (answer.starts_with("HTTP/1.") && answer.size() > version.size()) {
        const char* begin = answer.data() + version.size();
        std::from_chars(begin, answer.data() + answer.size(), status);
    }
    if (status < 100 || status > 599) return not_ready(ErrorKind::invalid, "what it answers is not HTTP");
    return status;
}

Result<std::string_view> http_body(std::string_view answer)
{
    constexpr std::string_view end_of_headers = "\r\n\r\n";
    const auto at = answer.find(end_of_headers);
    if (at == std::string_view::npos) return not_ready(ErrorKind::invalid, "its answer breaks off");
    return answer.substr(at + end_of_headers.size());
}

Result<> judge_database_greeting(std::string_view bytes)
{
    if (bytes.size() <= packet_header) return not_ready(ErrorKind::unreachable, "it hung up without a greeting");
    const std::string_view packet = bytes.substr(packet_header);
    if (packet.front() == greeting_of_today) return {};
    if (packet.front() != error_mark || packet.size() <= error_header)
        return not_ready(ErrorKind::invalid, "what listens there is neither MariaDB nor MySQL");
    return not_ready(ErrorKind::denied, "it says: " + one::printable(packet.substr(error_header)));
}

Result<> judge_life(std::string_view http_answer)
{
    TRY_LET(const auto body, http_body(http_answer));
    const auto answer = one::xmlrpc::parse_answer(body);
    if (!answer) return not_ready(ErrorKind::invalid, "what it answers is not XML-RPC");
    return {};
}

Result<Credentials> judge_call(std::string_view method, std::string_view http_answer)
{
    TRY_LET(const auto body, http_body(http_answer));
    auto answer = one::xmlrpc::parse_answer(body);
    if (!answer) return not_ready(ErrorKind::invalid, "what it answers is not XML-RPC");
    const auto value = oned::value_of(method, std::move(*answer));
    if (value) return Credentials::accepted;
    if (value.error().kind == ErrorKind::denied) return Credentials::refused;
    return one::fail(value.error());
}

}  // namespace onefrontend
