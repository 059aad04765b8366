// What OpenSSL wants of the socket, and what its answers mean.
#include "common/http/tls_stream.hpp"

#include "common/http/failures.hpp"

#include <boost/asio/error.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>

#include <sys/socket.h>

#include <cerrno>
#include <new>

namespace one::http {
namespace {

using asio::ip::tcp;

bool has_to_wait(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == EINPROGRESS;
}

error_code of_system(int error)
{
    return {error, boost::system::system_category()};
}

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL, and would know a descriptor that was closed and given to others.

int socket_of(BIO* bio)
{
    return static_cast<tcp::socket*>(BIO_get_data(bio))->native_handle();
}

int read_socket(BIO* bio, char* to, std::size_t size, std::size_t* read)
{
    BIO_clear_retry_flags(bio);
    const auto bytes = ::recv(socket_of(bio), to, size, MSG_DONTWAIT);
    if (bytes < 0 && has_to_wait(errno)) BIO_set_retry_read(bio);
    if (bytes == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    *read = bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
    return bytes > 0 ? 1 : 0;
}

int write_socket(BIO* bio, const char* from, std::size_t size, std::size_t* written)
{
    BIO_clear_retry_flags(bio);
    const auto bytes = ::send(socket_of(bio), from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (bytes < 0 && has_to_wait(errno)) BIO_set_retry_write(bio);
    *written = bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
    return bytes > 0 ? 1 : 0;
}

long control_socket(BIO* bio, int command, long, void*)
{
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;  // nothing is held back
}

const BIO_METHOD* socket_method()
{
    static const BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
        if (!made) throw std::bad_alloc{};
        BIO_meth_set_read_ex(made, read_socket);
        BIO_meth_set_write_ex(made, write_socket);
        BIO_meth_set_ctrl(made, control_socket);
        return made;
    }();
    return method;
}

}  // namespace

TlsStream::State::State(tcp::socket on, asio::ssl::context& context) :
    socket(std::move(on)), deadline(socket.get_executor()), tls(SSL_new(context.native_handle()))
{
    BIO* bio = BIO_new(socket_method());
    if (!tls || !bio) throw std::bad_alloc{};
    BIO_set_data(bio, &socket);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls.get(), bio, bio);  // owns it now
    SSL_set_mode(tls.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

TlsStream::Progress TlsStream::State::connect(const tcp::endpoint& endpoint)
{
    error_code failed;
    if (is_connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
        return {.failed = of_system(error)};
    }
    if (!socket.is_open()) socket.open(endpoint.protocol(), failed);
    if (!failed) socket.native_non_blocking(true, failed);
    if (failed) return {.failed = failed};
    is_connecting = true;
    if (::connect(socket.native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0) return {};
    if (has_to_wait(errno)) return {.wants = Wants::to_write};
    return {.failed = of_system(errno)};
}

TlsStream::Progress TlsStream::State::shake_hands(Role role)
{
    ERR_clear_error();
    return progress_of(role == Role::client ? SSL_connect(tls.get()) : SSL_accept(tls.get()), 0);
}

TlsStream::Progress TlsStream::State::read(asio::mutable_buffer space)
{
    if (space.size() == 0) return {};
    ERR_clear_error();
    std::size_t bytes = 0;
    const int outcome = SSL_read_ex(tls.get(), space.data(), space.size(), &bytes);
    return progress_of(outcome, bytes);
}

TlsStream::Progress TlsStream::State::write(asio::const_buffer from)
{
    if (from.size() == 0) return {};
    ERR_clear_error();
    std::size_t bytes = 0;
    const int outcome = SSL_write_ex(tls.get(), from.data(), from.size(), &bytes);
    return progress_of(outcome, bytes);
}

TlsStream::Progress TlsStream::State::shut_down()
{
    ERR_clear_error();
    int outcome = SSL_shutdown(tls.get());
    if (outcome == 0) outcome = SSL_shutdown(tls.get());  // ours is sent; now the peer's
    return progress_of(outcome, 0);
}

TlsStream::Progress TlsStream::State::read_plain(asio::mutable_buffer space)
{
    const auto bytes = ::recv(socket.native_handle(), space.data(), space.size(), MSG_DONTWAIT);
    if (bytes > 0) return {.bytes = static_cast<std::size_t>(bytes)};
    if (bytes == 0) return {.failed = asio::error::eof};
    if (has_to_wait(errno)) return {.wants = Wants::to_read};
    return {.failed = of_system(errno)};
}

TlsStream::Progress TlsStream::State::progress_of(int outcome, std::size_t bytes)
{
    const int system = errno;
    if (outcome > 0) return {.bytes = bytes};
    switch (SSL_get_error(tls.get(), outcome)) {
    case SSL_ERROR_WANT_READ: return {.wants = Wants::to_read};
    case SSL_ERROR_WANT_WRITE: return {.wants = Wants::to_write};
    case SSL_ERROR_ZERO_RETURN: return {.failed = asio::error::eof};
    case SSL_ERROR_SYSCALL: return {.failed = system != 0 ? of_system(system) : asio::ssl::error::stream_truncated};
    default: break;
    }
    const auto error = ERR_get_error();
    if (ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        return {.failed = asio::ssl::error::stream_truncated};
    return {.failed = {static_cast<int>(error), asio::error::get_ssl_category()}};
}

TlsStream::TlsStream(tcp::socket socket, asio::ssl::context& context) :
    state_(std::make_shared<State>(std::move(socket), context))
{
}

TlsStream::~TlsStream()
{
    expires_never();
    close();
}

void TlsStream::expires_after(std::chrono::milliseconds limit)
{
    auto& deadline = state_->deadline;
    deadline.expires_after(limit);
    deadline.async_wait([weak = std::weak_ptr{state_}](const error_code& moved) {
        const auto state = weak.lock();
        if (moved || !state || state->deadline.expiry() > std::chrono::steady_clock::now()) return;
        state->is_late = true;
        error_code ignored;
        state->socket.close(ignored);
    });
}

void TlsStream::expires_never()
{
    state_->deadline.expires_at(asio::steady_timer::time_point::max());
}

void TlsStream::cancel()
{
    error_code ignored;
    state_->socket.cancel(ignored);
}

void TlsStream::close()
{
    error_code ignored;
    state_->socket.close(ignored);
}

}  // namespace one::http
