// Asio without Beast: what these peers say stands in the tests byte for byte.
#include "tests/unit/common/http/raw.hpp"

#include "common/identity/openssl.hpp"
#include "tests/unit/common/http/world.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace one::http {

using asio::ip::tcp;
namespace ssl = asio::ssl;

RawPeer::RawPeer(asio::io_context& loop, Part part) :
    acceptor_(loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0}), tasks_(loop.get_executor())
{
    tasks_.spawn("raw peer", play(acceptor_, part));
}

int RawPeer::port() const
{
    return acceptor_.local_endpoint().port();
}

Async<> RawPeer::play(tcp::acceptor& acceptor, Part part)
{
    while (true) {
        auto [error, socket] = co_await acceptor.async_accept(awaited);
        if (error) co_return;
        auto work = part(std::move(socket));
        co_await std::move(work);
    }
}

Async<> say(tcp::socket& socket, std::string_view bytes)
{
    co_await asio::async_write(socket, asio::buffer(bytes), awaited);
}

Async<std::string> hear(tcp::socket& socket)
{
    std::string bytes(64 * 1024, '\0');
    const auto [error, size] = co_await socket.async_read_some(asio::buffer(bytes), awaited);
    bytes.resize(size);
    co_return bytes;
}

Async<> stay_silent(tcp::socket socket)
{
    std::string bytes = "nothing yet";
    while (!bytes.empty())
        bytes = co_await hear(socket);
}

Async<> close_at_once(tcp::socket socket)
{
    co_await hear(socket);
}

Async<> reset_at_once(tcp::socket socket)
{
    socket.set_option(asio::socket_base::linger{true, 0});
    socket.close();
    co_return;
}

Async<Heard> speak_tls(int port, Speech speech)
{
    ssl::context context{ssl::context::tls};
    SSL_CTX* raw = context.native_handle();
    SSL_CTX_set_min_proto_version(raw, speech.version);
    SSL_CTX_set_max_proto_version(raw, speech.version);
    if (!speech.protocols.empty())
        SSL_CTX_set_alpn_protos(raw, reinterpret_cast<const unsigned char*>(speech.protocols.data()),
                                static_cast<unsigned>(speech.protocols.size()));
    if (!speech.own.chain_pem.empty()) {
        const auto chain = good(identity::load_certificates(speech.own.chain_pem));
        SSL_CTX_use_certificate(raw, chain.front().get());
        SSL_CTX_use_PrivateKey(raw, good(identity::load_key(speech.own.private_key_pem)).get());
    }

    Heard heard;
    SSL_CTX_set_cert_cb(
        raw,
        [](SSL*, void* asked) {
            *static_cast<bool*>(asked) = true;
            return 1;
        },
        &heard.was_asked_for_certificate);
    const auto executor = co_await asio::this_coro::executor;
    ssl::stream<tcp::socket> stream{executor, context};
    const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)};
    co_await stream.lowest_layer().async_connect(endpoint, awaited);
    if (!speech.before_tls.empty()) co_await say(stream.next_layer(), speech.before_tls);
    if (!speech.server_name.empty())
        SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 speech.server_name.data());
    const auto [refused] = co_await stream.async_handshake(ssl::stream_base::client, awaited);
    if (refused) {
        heard.handshake_error = refused.message();
        co_return heard;
    }
    const unsigned char* protocol = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(stream.native_handle(), &protocol, &size);
    heard.protocol.assign(reinterpret_cast<const char*>(protocol), size);
    heard.certificate_name =
        identity::common_name_of(X509_get_subject_name(SSL_get0_peer_certificate(stream.native_handle())));
    for (const std::string& part : speech.parts) {
        const auto [lost, written] = co_await asio::async_write(stream, asio::buffer(part), awaited);
        if (lost) break;
        if (speech.between.count() > 0) co_await pause(speech.between);
    }
    if (speech.leaves) co_return heard;
    const auto [ended, count] = co_await asio::async_read(stream, asio::dynamic_buffer(heard.bytes), awaited);
    heard.end = ended.message();
    co_return heard;
}

namespace {

int choose_ours(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char*, unsigned, void*)
{
    *chosen = reinterpret_cast<const unsigned char*>(node_protocol);
    *size = static_cast<unsigned char>(std::string_view{node_protocol}.size());
    return SSL_TLSEXT_ERR_OK;
}

void use_our_identity(ssl::context& context)
{
    const Identity own = make_identity();
    context.use_certificate_chain(asio::buffer(own.chain_pem));
    context.use_private_key(asio::buffer(own.private_key_pem.reveal()), ssl::context::pem);
}

/// Answers as many requests as there are answers, then leaves without a word.
Async<> answer_with(tcp::socket socket, std::vector<std::string> answers)
{
    ssl::context context{ssl::context::tlsv13_server};
    use_our_identity(context);
    SSL_CTX_set_alpn_select_cb(context.native_handle(), choose_ours, nullptr);
    ssl::stream<tcp::socket> stream{std::move(socket), context};
    co_await stream.async_handshake(ssl::stream_base::server, awaited);
    std::string request(4096, ' ');
    for (const std::string& answer : answers) {
        co_await stream.async_read_some(asio::buffer(request), awaited);
        co_await asio::async_write(stream, asio::buffer(answer), awaited);
    }
}

}  // namespace

Async<> serve_old_tls(tcp::socket socket)
{
    ssl::context context{ssl::context::tlsv12_server};
    use_our_identity(context);
    ssl::stream<tcp::socket> stream{std::move(socket), context};
    co_await stream.async_handshake(ssl::stream_base::server, awaited);
}

Async<> serve_another_protocol(tcp::socket socket)
{
    ssl::context context{ssl::context::tlsv13_server};
    use_our_identity(context);
    ssl::stream<tcp::socket> stream{std::move(socket), context};
    co_await stream.async_handshake(ssl::stream_base::server, awaited);
}

Async<> answer_one_of_two(tcp::socket socket)
{
    return answer_with(std::move(socket), {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""});
}

Async<> hang_up_in_an_answer(tcp::socket socket)
{
    return answer_with(std::move(socket), {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of"});
}

Async<> answer_until_the_end(tcp::socket socket)
{
    return answer_with(std::move(socket), {"HTTP/1.1 200 OK\r\n\r\nperhaps all"});
}

}  // namespace one::http
