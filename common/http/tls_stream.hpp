// The TLS stream of client and server, right on the socket. Asio's own keeps four buffers of a whole record for each
// connection, 68 KB that ten thousand nodes would pay for while they only wait.
#pragma once

#include "common/async.hpp"
#include "common/http/tls_context.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <openssl/ssl.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace one::http {

/// For one coroutine at a time, and Beast's functions for HTTP. What is under way when the deadline comes ends with
/// Beast's `timeout`, and the socket is closed.
class TlsStream {
public:
    using executor_type = asio::any_io_executor;

    TlsStream(asio::ip::tcp::socket socket, asio::ssl::context& context);
    TlsStream(const executor_type& executor, asio::ssl::context& context) :
        TlsStream(asio::ip::tcp::socket{executor}, context)
    {
    }
    ~TlsStream();
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    executor_type get_executor() { return state_->socket.get_executor(); }
    SSL* native_handle() { return state_->tls.get(); }
    asio::ip::tcp::socket& socket() { return state_->socket; }

    void expires_after(std::chrono::milliseconds limit);
    void expires_never();
    void cancel();
    void close();

    template <class Token>
    auto async_connect(const asio::ip::tcp::endpoint& endpoint, Token&& token)
    {
        return perform([endpoint](State& state) { return state.connect(endpoint); }, std::forward<Token>(token));
    }

    enum class Role { client, server };
    template <class Token>
    auto async_handshake(Role role, Token&& token)
    {
        return perform([role](State& state) { return state.shake_hands(role); }, std::forward<Token>(token));
    }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token)
    {
        return perform([space = first_of<asio::mutable_buffer>(buffers)](State& state) { return state.read(space); },
                       std::forward<Token>(token));
    }

    /// Several small buffers go as one record.
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token)
    {
        const auto first = first_of<asio::const_buffer>(buffers);
        if (first.size() == asio::buffer_size(buffers) || first.size() >= record_size)
            return perform(Write{{}, first}, std::forward<Token>(token));
        std::string gathered(std::min(asio::buffer_size(buffers), record_size), '\0');
        asio::buffer_copy(asio::buffer(gathered), buffers);
        return perform(Write{std::move(gathered), {}}, std::forward<Token>(token));
    }

    /// Says goodbye, and waits for the peer's.
    template <class Token>
    auto async_shutdown(Token&& token)
    {
        return perform([](State& state) { return state.shut_down(); }, std::forward<Token>(token));
    }

    /// Past TLS: of what stands before it, or comes after its end.
    template <class Token>
    auto async_read_plain(asio::mutable_buffer space, Token&& token)
    {
        return perform([space](State& state) { return state.read_plain(space); }, std::forward<Token>(token));
    }

private:
    static constexpr std::size_t record_size = 16 * 1024;

    enum class Wants { nothing, to_read, to_write };

    struct Progress {
        Wants wants = Wants::nothing;
        boost::system::error_code failed{};
        std::size_t bytes = 0;
    };

    struct FreeTls {
        void operator()(SSL* connection) const { SSL_free(connection); }
    };

    /// Each function does what can be done at once; told to wait, the caller comes back.
    struct State {
        State(asio::ip::tcp::socket on, asio::ssl::context& context);

        Progress connect(const asio::ip::tcp::endpoint& endpoint);
        Progress shake_hands(Role role);
        Progress read(asio::mutable_buffer space);
        Progress write(asio::const_buffer bytes);
        Progress shut_down();
        Progress read_plain(asio::mutable_buffer space);
        Progress progress_of(int outcome, std::size_t bytes);

        asio::ip::tcp::socket socket;
        asio::steady_timer deadline;
        std::unique_ptr<SSL, FreeTls> tls;
        bool is_connecting = false;
        bool is_late = false;
    };

    struct Write {
        std::string gathered{};
        asio::const_buffer bytes{};
        Progress operator()(State& state) const
        {
            return state.write(gathered.empty() ? bytes : asio::buffer(gathered));
        }
    };

    template <class Step>
    struct Operation {
        template <class Self>
        void operator()(Self& self, boost::system::error_code failed = {})
        {
            if (is_done) return self.complete(done.failed, done.bytes);
            if (!failed) done = step(*state);
            if (failed) done = {.failed = failed};
            const bool is_closed = done.wants != Wants::nothing && !state->socket.is_open();
            if (is_closed) done.failed = asio::error::operation_aborted;
            if (done.wants == Wants::nothing || is_closed) {
                if (done.failed && state->is_late) done.failed = boost::beast::error::timeout;
                if (has_waited) return self.complete(done.failed, done.bytes);
                is_done = true;  // never from within the function that began it
                return asio::post(state->socket.get_executor(), std::move(self));
            }
            has_waited = true;
            using asio::ip::tcp;
            auto& socket = state->socket;
            socket.async_wait(done.wants == Wants::to_read ? tcp::socket::wait_read : tcp::socket::wait_write,
                              std::move(self));
        }

        std::shared_ptr<State> state;
        Step step;
        Progress done{};
        bool has_waited = false;
        bool is_done = false;
    };

    template <class Step, class Token>
    auto perform(Step step, Token&& token)
    {
        using Signature = void(boost::system::error_code, std::size_t);
        return asio::async_compose<Token, Signature>(Operation<Step>{state_, std::move(step)}, token, state_->socket);
    }

    template <class Buffer, class Buffers>
    static Buffer first_of(const Buffers& buffers)
    {
        const auto end = asio::buffer_sequence_end(buffers);
        for (auto at = asio::buffer_sequence_begin(buffers); at != end; ++at)
            if (const Buffer buffer{*at}; buffer.size() > 0) return buffer;
        return {};
    }

    std::shared_ptr<State> state_;  // shared with what is under way when the stream ends, and with its deadline
};

}  // namespace one::http
