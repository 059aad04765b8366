// One served connection, straight down: handshake, then request and answer until one side has enough.
#include "common/http/connection.hpp"

#include "common/http/error_response.hpp"
#include "common/http/failures.hpp"
#include "common/http/one_peer.hpp"
#include "common/http/perform.hpp"
#include "common/http/proxy_header.hpp"
#include "common/http/tls_stream.hpp"
#include "common/http/translate.hpp"
#include "common/log.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <openssl/ssl.h>

#include <poll.h>

#include <algorithm>
#include <utility>

namespace one::http {

namespace beast = boost::beast;
using asio::ip::tcp;

struct Session {
    Session(std::shared_ptr<ServerState> of, tcp::socket socket) :
        server(std::move(of)),
        peer(name_both_ends(socket)),
        tls(server->tls),
        stream(std::move(socket), tls->context),
        place(server->sessions.insert(server->sessions.end(), this))
    {
        attach(stream.native_handle(), handshake);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session()
    {
        server->sessions.erase(place);
        if (!network.empty() && --server->sessions_of_peer[network] == 0) server->sessions_of_peer.erase(network);
    }

    void count_as_the_peers()
    {
        network = network_of_one_peer(peer.address);
        ++server->sessions_of_peer[network];
    }

    static Peer name_both_ends(const tcp::socket& socket)
    {
        error_code gone;  // a peer that left already has no name; its handshake will fail
        const auto remote = socket.remote_endpoint(gone);
        const auto local = socket.local_endpoint(gone);
        return {.address = to_text(remote.address()), .port = remote.port(), .local_address = to_text(local.address())};
    }

    std::shared_ptr<ServerState> server;
    Peer peer;
    std::string network{};  // as which it is counted; empty: not yet, its load balancer has not said whose it is
    TlsContextPtr tls;
    Handshake handshake{};
    TlsStream stream;
    beast::flat_buffer buffer{};
    bool is_idle = true;               // no request of it is at work
    bool peer_may_be_sending = false;  // it was answered before all of its request was read
    std::list<Session*>::iterator place;
};

namespace {

constexpr milliseconds goodbye_limit{2000};
constexpr std::size_t first_bytes = 512;  // of a request: all that an idle connection keeps room for
constexpr milliseconds look_interval{1000};
constexpr std::size_t goodbye_bytes = 1024 * 1024;  // read and dropped of a peer that still sends

Result<std::string> shown_certificate(SSL* connection)
{
    const identity::CertificateHandle certificate{SSL_get1_peer_certificate(connection)};
    if (!certificate) return std::string{};
    return identity::encode_pem(certificate.get());
}

bool has_too_many(const ServerState& server, const std::string& address)
{
    const auto of_peer = server.sessions_of_peer.find(network_of_one_peer(address));
    return of_peer != server.sessions_of_peer.end() && of_peer->second >= server.limits.connections_per_peer;
}

/// Turns a connection away, and says so once, not for each.
void turn_away(ServerState& server, const std::string& address)
{
    if (!std::exchange(server.is_full, true))
        log::warning("too many connections, new ones are closed",
                     {{"peer", address}, {"connections", server.sessions.size()}});
    ++server.counts.turned_away;
}

bool is_proxy(const ServerState& server, const std::string& address)
{
    return std::ranges::any_of(server.proxies, [&](const Network& network) { return contains(network, address); });
}

/// Not a byte more than the header has: what follows is TLS's.
Async<Result<Proxied>> read_header_of_proxy(Session& session)
{
    std::string header;
    while (true) {
        CO_TRY_LET(const auto wanted, proxy_header_wants(header));
        if (wanted == 0) co_return read_proxy_header(header);
        const auto at = header.size();
        header.resize(at + wanted);
        const auto space = asio::buffer(header.data() + at, wanted);
        const auto [gone, bytes] = co_await session.stream.async_read_plain(space, awaited);
        header.resize(at + bytes);
        if (gone)
            co_return fail({.kind = ErrorKind::unreachable, .thing = "the PROXY header", .reason = gone.message()});
    }
}

/// Counts the connection as its peer's; whose a load balancer's is, that says. False: it does not, or that peer has too
/// many.
Async<bool> hear_proxy(Session& session)
{
    ServerState& server = *session.server;
    if (!is_proxy(server, session.peer.address)) {
        session.count_as_the_peers();
        co_return true;
    }
    session.stream.expires_after(server.limits.handshake);
    const auto proxied = co_await read_header_of_proxy(session);
    if (!proxied) {
        ++server.counts.failed_handshakes;
        log::debug("connection of a load balancer is closed",
                   {{"peer", session.peer.address}, {"reason", to_line(proxied.error())}});
        co_return false;
    }
    if (!proxied->address.empty()) {
        session.peer.address = to_text(asio::ip::make_address(proxied->address));
        session.peer.port = proxied->port;
        session.peer.local_address = to_text(asio::ip::make_address(proxied->local_address));
        if (has_too_many(server, session.peer.address)) {
            turn_away(server, session.peer.address);
            co_return false;
        }
        session.count_as_the_peers();
    }
    co_return true;
}

Async<bool> shake_hands(Session& session)
{
    session.stream.expires_after(session.server->limits.handshake);
    const auto [failed, bytes] = co_await session.stream.async_handshake(TlsStream::Role::server, awaited);
    if (failed) {
        const auto& refusal = session.handshake.refusal;
        session.peer_may_be_sending = refusal.has_value();  // with TLS 1.3 it learns of this after its first request
        const std::string reason = refusal ? refusal->thing + ": " + refusal->reason : failed.message();
        ++session.server->counts.failed_handshakes;
        log::debug("TLS handshake failed", {{"peer", session.peer.address}, {"reason", reason}});
        co_return false;
    }
    auto certificate = shown_certificate(session.stream.native_handle());
    if (certificate) session.peer.certificate_pem = std::move(*certificate);
    co_return certificate.has_value();
}

/// What a peer is told of a request that could not be read; status 0: nothing, it is gone.
Response complaint(const error_code& code, const ServerLimits& limits)
{
    using beast::http::error;
    const auto say = [](int status, std::string reason) {
        return error_response(status, {.kind = ErrorKind::invalid,
                                       .thing = "the request",
                                       .reason = std::move(reason),
                                       .next = "agent and front-end may be of different versions",
                                       .doing = "read"});
    };
    if (code == error::header_limit)
        return say(431, "its header is larger than " + std::to_string(limits.header) + " bytes");
    if (code == error::body_limit) return say(413, "its body is larger than " + std::to_string(limits.body) + " bytes");
    const bool left = code == error::end_of_stream || code == error::partial_message;
    if (!left && code.category() == beast::http::make_error_code(error::bad_version).category())
        return say(400, "it is no HTTP: " + code.message());
    return {.status = 0};
}

/// Where it ends could be read in two ways, by us and by whoever passed it on: Beast is more patient than we may be.
bool has_doubtful_end(const BeastRequest& request)
{
    using beast::http::field;
    const auto is_repeated = [&request](field name) {
        const auto [first, last] = request.equal_range(name);
        return std::distance(first, last) > 1;
    };
    const auto encoding = request[field::transfer_encoding];
    const auto length = request[field::content_length];
    const bool is_encoded = request.find(field::transfer_encoding) != request.end();
    return is_repeated(field::content_length) || is_repeated(field::transfer_encoding) || is_repeated(field::host) ||
           length.find(',') != std::string_view::npos ||
           (is_encoded && (!length.empty() || !beast::iequals(encoding, "chunked") || request.version() < 11));
}

Async<bool> send(Session& session, Response response, beast::http::verb method, bool keep_alive)
{
    const auto shared = std::exchange(response.shared_body, nullptr);
    auto message = to_beast(std::move(response), method);
    const bool has_shared = message && shared;
    if (has_shared) message->content_length(shared->size());
    if (!message) {
        log::error("handler made a response that cannot be sent", {{"reason", to_line(message.error())}});
        Response apology = error_response(500, {.kind = ErrorKind::internal,
                                                .thing = "the request",
                                                .reason = "the service made an answer that cannot be sent",
                                                .next = "look at the log of the service, it has the reason",
                                                .doing = "answer"});
        message = to_beast(std::move(apology), method);
    }
    keep_alive = keep_alive && message->keep_alive();  // the handler may have asked for the end
    message->keep_alive(keep_alive);
    session.stream.expires_after(session.server->limits.write);
    const auto [lost, bytes] = co_await beast::http::async_write(session.stream, *message, awaited);
    if (lost || !has_shared || method == beast::http::verb::head) co_return !lost && keep_alive;
    const auto body = asio::buffer(*shared);
    const auto [cut, sent] = co_await asio::async_write(session.stream, body, awaited);
    co_return !cut && keep_alive;
}

Async<bool> a_request_begins(Session& session)
{
    if (session.buffer.size() > 0) co_return true;  // it came together with the one before
    session.stream.expires_after(session.server->limits.idle);
    const auto space = session.buffer.prepare(first_bytes);
    const auto [gone, bytes] = co_await session.stream.async_read_some(space, awaited);
    session.buffer.commit(bytes);
    co_return !gone;
}

/// Also one that has closed only its own half: who waits for an answer keeps the connection as it is.
bool has_left(tcp::socket& socket)
{
    ::pollfd end{.fd = socket.native_handle(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&end, 1, 0) != 0;
}

/// Ends when nobody is there to hear the answer. What changes something runs to its end all the same: stopped in the
/// middle, it might have done its work and not have told the audit.
Async<> until_peer_leaves(Session& session, beast::http::verb method)
{
    tcp::socket& socket = session.stream.socket();
    if (method != beast::http::verb::get) {
        asio::steady_timer never{socket.get_executor(), asio::steady_timer::time_point::max()};
        co_await never.async_wait(awaited);
        co_return;
    }
    const auto [failed] = co_await socket.async_wait(tcp::socket::wait_read, awaited);
    // It may have sent something, its next request or TLS's goodbye, and leave after that: from now on we have to ask.
    for (bool waits = !failed; waits && !has_left(socket);)
        waits = co_await pause(look_interval);
}

/// False: the connection has come to its end.
Async<bool> answer_one(Session& session)
{
    const std::shared_ptr<ServerState> server = session.server;
    beast::http::request_parser<beast::http::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(server->limits.header));
    parser.body_limit(server->limits.body);

    if (!co_await a_request_begins(session)) co_return false;
    session.stream.expires_after(server->limits.request);
    auto [unread, bytes] = co_await beast::http::async_read(session.stream, session.buffer, parser, awaited);
    if (!unread && has_doubtful_end(parser.get())) unread = beast::http::error::bad_transfer_encoding;
    if (unread) {
        Response answer = complaint(unread, server->limits);
        session.peer_may_be_sending = answer.status != 0;
        if (session.peer_may_be_sending) co_await send(session, std::move(answer), beast::http::verb::unknown, false);
        co_return false;
    }
    if (session.buffer.size() == 0) session.buffer.shrink_to_fit();  // waits for the next one with nothing in hand

    session.is_idle = false;
    session.stream.expires_never();
    const bool keep_alive = parser.keep_alive();
    const auto method = parser.get().method();
    Request request = from_beast(parser.release());
    request.peer = session.peer;
    auto peer_left = until_peer_leaves(session, method);
    auto performed = co_await perform(server, std::move(request), std::move(peer_left));
    const bool go_on = keep_alive && performed.in_time && !server->is_draining;
    const bool sent = co_await send(session, std::move(performed.response), method, go_on);
    session.is_idle = true;
    co_return sent;
}

/// Tells the end by TLS, so that nobody can fake it, and does not wait for the same from the peer.
Async<> say_goodbye(Session& session)
{
    auto& stream = session.stream;
    stream.expires_after(goodbye_limit);
    SSL_set_shutdown(stream.native_handle(), SSL_RECEIVED_SHUTDOWN);
    co_await stream.async_shutdown(awaited);
    error_code gone;
    stream.socket().shutdown(tcp::socket::shutdown_send, gone);
    // A socket closed with bytes unread resets the connection, and the peer never sees the answer that came before.
    session.buffer.clear();
    for (std::size_t dropped = 0; session.peer_may_be_sending && !gone && dropped < goodbye_bytes;) {
        const auto space = session.buffer.prepare(4096);
        const auto [ended, bytes] = co_await stream.async_read_plain(space, awaited);
        dropped += bytes;
        gone = ended;
    }
}

Async<> serve_connection(std::shared_ptr<ServerState> server, tcp::socket socket)
{
    Session session{std::move(server), std::move(socket)};
    const bool is_known = co_await hear_proxy(session);
    if (!is_known) co_return;
    bool go_on = co_await shake_hands(session);
    while (go_on && !session.server->is_draining)
        go_on = co_await answer_one(session);
    co_await say_goodbye(session);
}

}  // namespace

void admit(const std::shared_ptr<ServerState>& server, tcp::socket socket)
{
    error_code gone;
    const auto remote = socket.remote_endpoint(gone);
    if (gone) return;
    const auto address = to_text(remote.address());
    const bool may_have_more = is_proxy(*server, address) || !has_too_many(*server, address);
    if (!may_have_more || server->sessions.size() >= server->limits.connections) return turn_away(*server, address);
    server->is_full = false;
    ++server->counts.accepted;

    socket.set_option(tcp::no_delay{true}, gone);
    auto name = "connection of " + to_text(remote);
    auto work = serve_connection(server, std::move(socket));
    server->tasks.spawn(std::move(name), std::move(work));
}

void end_idle(ServerState& server)
{
    for (Session* session : server.sessions)
        if (session->is_idle) session->stream.cancel();
}

void cut_all(ServerState& server)
{
    for (Session* session : server.sessions)
        session->stream.close();
}

}  // namespace one::http
