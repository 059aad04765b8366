// Connects, shakes hands, and reads bodies piece by piece: ten thousand of them would not fit into memory.
#include "tests/benchmarks/load/connection.hpp"

#include "common/wire/headers.hpp"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <openssl/ssl.h>

#include <array>
#include <stdexcept>

namespace load {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using one::awaited;

namespace {

constexpr std::chrono::seconds limit{90};  // above the longest that a question waits
constexpr std::uint64_t largest_body = 64ULL * 1024 * 1024;
constexpr std::size_t beginning = 200;

one::Failure failed(const char* what, const boost::system::error_code& code)
{
    return one::fail({.kind = one::ErrorKind::unreachable, .thing = what, .reason = code.message(), .doing = "do"});
}

/// Looks for a text in what comes in pieces.
class Search {
public:
    explicit Search(std::string text) : text_(std::move(text)) {}
    void look_at(std::string_view piece)
    {
        if (text_.empty() || found) return;
        rest_ += piece;
        found = rest_.find(text_) != std::string::npos;
        if (rest_.size() > text_.size()) rest_.erase(0, rest_.size() - text_.size());
    }
    bool found = false;

private:
    std::string text_;
    std::string rest_{};
};

}  // namespace

asio::ssl::context make_context(const Service& service)
{
    asio::ssl::context context{asio::ssl::context::tls_client};
    SSL_CTX* raw = context.native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
    static constexpr std::string_view protocols = "\x09onenode/1";
    SSL_CTX_set_alpn_protos(raw, reinterpret_cast<const unsigned char*>(protocols.data()), protocols.size());
    context.load_verify_file(service.authority_file);
    context.set_verify_mode(asio::ssl::verify_peer);
    return context;
}

Async<Result<>> Connection::open(const Service& service, int node, Identity identity)
{
    stream_.expires_after(limit);
    boost::system::error_code code;
    stream_.socket().open(tcp::v4(), code);
    if (!code) stream_.socket().bind({asio::ip::address_v4{service.first_source + std::uint32_t(node)}, 0}, code);
    if (code) co_return failed("a connection's own end", code);
    const auto [unconnected] = co_await stream_.socket().async_connect(service.at, awaited);
    if (unconnected) co_return failed("a connection", unconnected);
    stream_.socket().set_option(tcp::no_delay{true}, code);
    if (identity.certificate && (SSL_use_certificate(stream_.native_handle(), identity.certificate) != 1 ||
                                 SSL_use_PrivateKey(stream_.native_handle(), identity.key) != 1))
        throw std::runtime_error{"a certificate cannot be used"};
    const auto [refused, no_bytes] = co_await stream_.async_handshake(one::http::TlsStream::Role::client, awaited);
    if (refused) co_return failed("a handshake", refused);
    co_return Result<>{};
}

Async<Result<Answer>> Connection::exchange(std::string method, std::string path, std::string body, std::string known,
                                           const std::string& mark, Keep keep)
{
    http::request<http::string_body> request{http::string_to_verb(method), path, 11};
    request.set(http::field::host, "bench");
    request.set(one::wire::neighbours_header, one::wire::neighbours_apart);  // as agents say
    if (!known.empty()) request.set(http::field::if_none_match, '"' + known + '"');
    request.body() = std::move(body);
    request.prepare_payload();
    stream_.expires_after(limit);
    const auto [unsent, sent] = co_await http::async_write(stream_, request, awaited);
    if (unsent) co_return failed("a request", unsent);

    http::response_parser<http::buffer_body> parser;
    parser.body_limit(largest_body);
    const auto [headless, head] = co_await http::async_read_header(stream_, buffer_, parser, awaited);
    if (headless) co_return failed("an answer", headless);
    Answer answer;
    Search search{mark};
    std::array<char, 16384> piece;
    while (true) {
        if (parser.is_done()) break;
        parser.get().body().data = piece.data();
        parser.get().body().size = piece.size();
        auto [unread, bytes] = co_await http::async_read(stream_, buffer_, parser, awaited);
        if (unread == http::error::need_buffer) unread = {};
        if (unread) co_return failed("an answer", unread);
        const std::string_view came{piece.data(), piece.size() - parser.get().body().size};
        search.look_at(came);
        if (keep == Keep::everything || answer.body.size() < beginning) answer.body += came;
    }
    if (keep == Keep::beginning && answer.body.size() > beginning) answer.body.resize(beginning);
    answer.body.shrink_to_fit();
    answer.status = int(parser.get().result_int());
    answer.has_mark = search.found;
    const std::string tag{parser.get()[http::field::etag]};
    if (tag.size() > 2) answer.tag = tag.substr(1, tag.size() - 2);
    buffer_.shrink_to_fit();
    co_return answer;
}

void Connection::drop()
{
    stream_.close();
}

}  // namespace load
