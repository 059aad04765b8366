// The texts, and what of OpenSSL's, Asio's and Beast's codes leads to which.
#include "common/http/failures.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <fmt/format.h>

#include <algorithm>

namespace one::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

// OpenSSL 3.0.13 (Ubuntu 24.04) has no name for it.
constexpr int no_application_protocol = SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL;

std::string seconds(milliseconds limit)
{
    return limit.count() % 1000 == 0 ? fmt::format("{} s", limit.count() / 1000) : fmt::format("{} ms", limit.count());
}

/// OpenSSL's reason number; 0 where the error is not OpenSSL's.
int tls_reason(const error_code& code)
{
    if (code.category() != asio::error::get_ssl_category()) return 0;
    return ERR_GET_REASON(static_cast<unsigned long>(static_cast<unsigned>(code.value())));
}

bool is_closed(const error_code& code)
{
    return code == asio::error::eof || code == asio::error::connection_reset || code == asio::error::broken_pipe ||
           code == asio::ssl::error::stream_truncated || code == beast::http::error::end_of_stream ||
           tls_reason(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

Error failure(ErrorKind kind, const std::string& peer, std::string doing, std::string reason, std::string next = {})
{
    return {
        .kind = kind, .thing = peer, .reason = std::move(reason), .next = std::move(next), .doing = std::move(doing)};
}

bool looks_like_tls(const std::string& bytes)
{
    // A record of type alert or handshake, version 3.x.
    return bytes.size() >= 3 && (bytes[0] == 0x15 || bytes[0] == 0x16) && bytes[1] == 0x03;
}

std::string what_they_speak(const std::string& bytes)
{
    if (bytes.starts_with("HTTP")) return "it speaks plain HTTP, not TLS";
    if (bytes.starts_with("SSH")) return "an SSH server answers there";
    return "what it answers is not TLS";
}

/// What a peer says of our certificate comes as an alert, with TLS 1.3 only after our handshake is done.
std::string refusal_of_ours(int reason)
{
    switch (reason) {
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: return "it says that our certificate expired";
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED: return "it does not accept our certificate";
    default: return {};
    }
}

}  // namespace

std::string to_text(asio::ip::address address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return address.to_string();
}

std::string to_text(const std::string& host, int port)
{
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::string to_text(const asio::ip::tcp::endpoint& endpoint)
{
    return to_text(to_text(endpoint.address()), endpoint.port());
}

std::string name_peer(const std::string& host, const asio::ip::tcp::endpoint& endpoint)
{
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    return not_an_address ? fmt::format("{} ({})", host, to_text(endpoint)) : to_text(endpoint);
}

Error connect_failure(const std::string& peer, const error_code& code, milliseconds limit)
{
    if (code == beast::error::timeout || code == asio::error::timed_out)
        return failure(ErrorKind::timeout, peer, "reach",
                       fmt::format("nobody answered within {}: the address is wrong or a firewall drops what we send",
                                   seconds(limit)),
                       "check the address, and the firewalls between");
    if (code == asio::error::connection_refused)
        return failure(ErrorKind::unreachable, peer, "reach", "the connection was refused: nothing listens there",
                       "check that the service runs there, and the port");
    return failure(ErrorKind::unreachable, peer, "reach", code.message(),
                   "check the address, and the routes of this machine (ip route get)");
}

Error handshake_failure(const std::string& peer, const error_code& code, const Handshake& handshake, milliseconds limit)
{
    if (handshake.refusal) {
        Error refusal = *handshake.refusal;
        refusal.reason = refusal.thing + ": " + refusal.reason;
        refusal.thing = peer;
        return refusal;
    }
    const int reason = tls_reason(code);
    if (code == beast::error::timeout)
        return failure(ErrorKind::timeout, peer, "speak TLS with",
                       fmt::format("it took the connection, but no TLS answer came within {}", seconds(limit)),
                       "check that the port is the enrollment service's");
    if (!handshake.first_bytes.empty() && !looks_like_tls(handshake.first_bytes))
        return failure(ErrorKind::unsupported, peer, "speak TLS with", what_they_speak(handshake.first_bytes),
                       "check that the port is the enrollment service's");
    if (is_closed(code))
        return failure(ErrorKind::unreachable, peer, "speak TLS with",
                       "it closed the connection in the middle of the TLS handshake",
                       "check that the port is the enrollment service's, and its log");
    if (reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION || reason == SSL_R_UNSUPPORTED_PROTOCOL)
        return failure(ErrorKind::unsupported, peer, "speak TLS with", "it offers no TLS 1.3",
                       "check that the port is the enrollment service's and that no TLS proxy stands before it");
    if (reason == no_application_protocol) return wrong_protocol(peer);
    return failure(ErrorKind::untrusted, peer, "speak TLS with", code.message(),
                   "check that the port is the enrollment service's");
}

Error wrong_protocol(const std::string& peer)
{
    return failure(
        ErrorKind::unsupported, peer, "speak TLS with",
        fmt::format("it does not speak the protocol {}: another service, or another version of ours", node_protocol),
        "check that the port is the enrollment service's, and the versions of both sides");
}

Error exchange_failure(const std::string& peer, const error_code& code, milliseconds limit, std::size_t body_limit)
{
    using beast::http::error;
    constexpr const char* doing = "get an answer from";
    if (const std::string refused = refusal_of_ours(tls_reason(code)); !refused.empty())
        return failure(ErrorKind::denied, peer, doing, refused, "join this machine again with a new token");
    if (code == beast::error::timeout)
        return failure(ErrorKind::timeout, peer, doing,
                       fmt::format("it did not answer in full within {}", seconds(limit)),
                       "look at the log of the service there");
    if (code == error::body_limit)
        return failure(ErrorKind::invalid, peer, doing, fmt::format("its answer is larger than {} bytes", body_limit),
                       "check that the port is the enrollment service's");
    if (code == error::header_limit)
        return failure(ErrorKind::invalid, peer, doing, "the header of its answer has no end",
                       "check that the port is the enrollment service's");
    if (code == error::partial_message || is_closed(code))
        return failure(ErrorKind::unreachable, peer, doing, "it closed the connection before the answer was complete",
                       "look at the log of the service there, then run the same command again");
    if (code.category() == beast::http::make_error_code(error::bad_version).category())
        return failure(ErrorKind::invalid, peer, doing, fmt::format("what it answers is not HTTP ({})", code.message()),
                       "check that the port is right");
    return failure(ErrorKind::unreachable, peer, doing, code.message());
}

Error all_failed(const std::string& thing, const std::vector<Error>& failures)
{
    if (failures.size() == 1) return failures.front();
    const auto untrusted = std::ranges::find(failures, ErrorKind::untrusted, &Error::kind);
    const Error& worst = untrusted == failures.end() ? failures.front() : *untrusted;
    std::string lines = "no address of it works";
    for (const Error& each : failures)
        lines += fmt::format("\n  {}: {}", each.thing, each.reason);
    return failure(worst.kind, thing, "reach", std::move(lines), worst.next);
}

}  // namespace one::http
